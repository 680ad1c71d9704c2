import EventDelivery
import Events
import Postgres

extension LanePass {
    /// Runs a body with the cursor locked. What a crash of the server undoes is done again from the cursor, so the
    /// commit does not wait for the disk.
    func transaction(
        _ body: @Sendable (borrowing Transaction, LaneCursor) async throws -> Step
    ) async throws -> Step {
        var options = TransactionOptions()
        options.asynchronousCommit = true
        options.statementTimeout = configuration.statementTimeout
        return try await database.transaction(options) { tx in
            guard let cursor = try await LaneStore.lock(lane, hears: listener.hears, in: tx) else {
                return Step(outcome: .busy)
            }
            guard !cursor.isSuperseded else { return Step(outcome: .superseded) }
            guard !cursor.isPaused else { return Step(outcome: .paused) }
            return try await body(tx, cursor)
        }
    }

    /// Runs a body, and puts its failure down to an event if there is one to blame.
    func blaming<Result>(
        _ suspect: () -> (event: EventEnvelope, attempts: Int)?,
        _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            return try await body()
        } catch {
            if error is CancellationError || (error as? DatabaseError)?.isNoEventsFault == true { throw error }
            guard let (event, attempts) = suspect() else { throw error }
            throw Failure(first: event, attempts: attempts, cause: error)
        }
    }

    /// How long to wait before the next attempt; nil when there is none.
    func delay(after failure: Failure) -> Duration? {
        failure.cause is UndecodableEvent ? nil : listener.retry.delay(afterAttempt: failure.attempts + 1)
    }
}

extension DatabaseError {
    /// True when every event would fail the same way just now: the server is away, full, broken or read-only. The lane
    /// waits and tries the same again.
    var isNoEventsFault: Bool {
        if [.connectionLost, .connectFailed, .poolExhausted, .commitUnknown].contains(code) { return true }
        guard let sqlState else { return false }
        return sqlState == "25006" || sqlState.hasPrefix("53") || sqlState.hasPrefix("58") || sqlState.hasPrefix("57P")
    }
}
