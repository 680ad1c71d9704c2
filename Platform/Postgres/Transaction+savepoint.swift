extension Transaction {
    /// Shields the transaction from a body that fails: what the body did is undone, with the events it recorded
    /// and the jobs it enqueued, and the transaction goes on.
    ///
    /// The error is thrown on; catch it to go on. It costs two round trips.
    public func savepoint<Result>(_ body: () async throws -> Result) async throws -> Result {
        try await query("SAVEPOINT shield")
        let undo = scope.mark()
        do {
            let result = try await body()
            try await query("RELEASE SAVEPOINT shield")
            return result
        } catch {
            undo()
            try await query("ROLLBACK TO SAVEPOINT shield")
            try await query("RELEASE SAVEPOINT shield")
            throw error
        }
    }
}
