import EventDelivery
import Events
import Postgres

extension LanePass {
    /// Whether another transaction that has the lane is left alone or waited for.
    enum Claim: Sendable {
        case atOnce
        case waiting
    }

    /// Runs a body that calls handlers, under the listener's deadline, and blames an event for its failure if there is
    /// one to blame.
    func handling(
        _ claim: Claim = .atOnce,
        _ body: @escaping @Sendable (borrowing Transaction, LaneCursor, Suspects) async throws -> Step
    ) async throws -> Step {
        try await Suspects.under(listener.deadline, on: database.loop) { watch, suspects in
            try await transaction(claim) { tx, cursor in
                watch.watch(tx)
                return try await body(tx, cursor, suspects)
            }
        }
    }

    /// Runs a body with the cursor locked.
    func transaction(
        _ claim: Claim = .atOnce,
        _ body: @Sendable (borrowing Transaction, LaneCursor) async throws -> Step
    ) async throws -> Step {
        try await database.transaction(configuration.handingOver) { tx in
            guard let cursor = try await LaneStore.lock(lane, claim, hears: listener.hears, in: tx) else {
                return Step(outcome: .busy)
            }
            guard !memory.isInDoubt(in: cursor.incarnation) else { return Step(outcome: .failed) }
            guard !cursor.isSuperseded else { return Step(outcome: .superseded) }
            guard !cursor.isPaused else { return Step(outcome: .paused) }
            return try await body(tx, cursor)
        }
    }

    /// How long to wait before the next attempt; nil when there is none. `held` is how many events of the listener are
    /// held back already.
    func delay(after failure: Failure, held: Int = 0) -> Duration? {
        if failure.cause is any PermanentFailure { return nil }
        if let undecodable = failure.cause as? UndecodableEvent, !undecodable.isFromTheFuture { return nil }
        if listener.limit.policy == .deadLetter, held >= listener.limit.count { return nil }
        return listener.retry.delay(afterAttempt: failure.attempts + 1)
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
