public import Postgres

/// A transaction that is committed at most once for the key of a request; without a key it is like any other.
public struct Once<Output: Sendable>: Sendable {
    struct Record: Sendable {
        let use: KeyUse
        let keep: @Sendable (Output, borrowing Transaction) throws -> Void
    }

    let database: Database
    let record: Record?

    /// Runs the body in a transaction, unless another request with the key is at work or was answered.
    public func transaction(
        _ body: @Sendable (borrowing Transaction) async throws -> Output
    ) async throws -> Output {
        try await database.transaction { tx in
            guard let record else { return try await body(tx) }
            try await record.use.claim(in: tx)
            let output = try await body(tx)
            try record.keep(output, tx)
            return output
        }
    }
}
