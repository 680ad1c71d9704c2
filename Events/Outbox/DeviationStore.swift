import EventDelivery
import Events
import Postgres

/// The SQL of what deviates.
enum DeviationStore {
    /// An event failed for the first time.
    static func note(
        _ failure: LanePass.Failure,
        _ lane: Lane,
        retryAfter delay: Duration?,
        in tx: borrowing Transaction
    ) {
        let event = failure.first
        tx.send(
            """
            INSERT INTO events.deviation
                (listener, position, lane, key, state, attempts, next_attempt_at, error_type, error)
            VALUES (\(lane.listener), \(event.position), \(lane.index), \(event.key.description), \(state(delay)), 1,
                    now() + make_interval(secs => \(delay?.inSeconds)), \(failure.type), \(failure.text))
            ON CONFLICT (listener, position) DO UPDATE SET
                state = excluded.state, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
                error_type = excluded.error_type, error = excluded.error, failed_at = now()
            """
        )
    }

    /// An event failed again; only if nobody has changed its row since it was tried.
    static func noteAgain(
        _ failure: LanePass.Failure,
        _ lane: Lane,
        retryAfter delay: Duration?,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            UPDATE events.deviation SET state = \(state(delay)), attempts = attempts + 1, failed_at = now(),
                   next_attempt_at = now() + make_interval(secs => \(delay?.inSeconds)),
                   error_type = \(failure.type), error = \(failure.text)
            WHERE listener = \(lane.listener) AND position = \(failure.first.position)
              AND state = 'retrying' AND attempts = \(failure.attempts)
            """
        )
    }

    private static func state(_ delay: Duration?) -> String { delay == nil ? "dead" : "retrying" }

    /// An event waits behind a failed one of its key.
    static func park(_ event: EventEnvelope, _ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO events.deviation (listener, position, lane, key, state)
            VALUES (\(lane.listener), \(event.position), \(lane.index), \(event.key.description), 'parked')
            ON CONFLICT (listener, position) DO NOTHING
            """
        )
    }

    /// Which of these keys are held back.
    static func blockedKeys(of lane: Lane, among keys: [String], in tx: borrowing Transaction) async throws -> Set<
        String
    > {
        let rows = try await tx.query(
            """
            SELECT DISTINCT key FROM events.deviation
            WHERE listener = \(lane.listener) AND key = ANY (\(keys)) AND state <> 'skipped'
            """
        )
        return Set(try rows.map { try $0["key"] })
    }

    /// The event whose next attempt has been due for longest, with the attempts so far.
    static func due(_ lane: Lane, in tx: borrowing Transaction) async throws -> (EventEnvelope, Int)? {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), d.position, d.attempts
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            WHERE d.listener = \(lane.listener) AND d.lane = \(lane.index)
              AND d.state = 'retrying' AND d.next_attempt_at <= now()
            ORDER BY d.next_attempt_at LIMIT 1
            """
        ).first.map { (try EventEnvelope($0), try $0["attempts"]) }
    }

    /// An event went through after all.
    static func settle(_ lane: Lane, _ position: Int, in tx: borrowing Transaction) {
        tx.send("DELETE FROM events.deviation WHERE listener = \(lane.listener) AND position = \(position)")
    }

    /// Makes the first event that waits behind a settled one the next to be tried.
    static func promote(_ key: OrderingKey, _ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.deviation SET state = 'retrying', next_attempt_at = now()
            WHERE listener = \(lane.listener) AND position = (
                SELECT min(position) FROM events.deviation
                WHERE listener = \(lane.listener) AND key = \(key.description) AND state = 'parked')
            """
        )
    }
}

extension LanePass.Failure {
    fileprivate var type: String { "\(Swift.type(of: cause))" }

    /// What was thrown, short and fit for a text column.
    fileprivate var text: String { String("\(cause)".replacing("\0", with: "␀").prefix(2_000)) }
}

extension Duration {
    fileprivate var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
