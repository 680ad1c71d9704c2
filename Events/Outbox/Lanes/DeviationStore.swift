import EventDelivery
import Events
import Postgres

/// The SQL of what deviates. Of each key that is held back, the first event is retrying or dead and the later ones are
/// parked.
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
                (listener, position, lane, key, state, attempts, next_attempt_at, error_type, error, cause)
            VALUES (\(lane.listener), \(event.position), \(lane.index), \(event.key.description), \(state(delay)), 1,
                    now() + make_interval(secs => \(delay?.inSeconds)), \(failure.fault.type), \(failure.fault.text),
                    \(failure.fault.cause))
            ON CONFLICT (listener, position) DO UPDATE SET
                state = excluded.state, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
                error_type = excluded.error_type, error = excluded.error, cause = excluded.cause, failed_at = now()
            """
        )
    }

    /// An event failed again; only if nobody has changed its row since it was tried.
    static func noteAgain(
        _ failure: LanePass.Failure,
        of due: DueEvent,
        _ lane: Lane,
        retryAfter delay: Duration?,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            UPDATE events.deviation
            SET state = \(state(delay)), attempts = \(failure.attempts + 1), crashes = 0, claimed_by = NULL,
                next_attempt_at = now() + make_interval(secs => \(delay?.inSeconds)), failed_at = now(),
                error_type = \(failure.fault.type), error = \(failure.fault.text), cause = \(failure.fault.cause)
            WHERE listener = \(lane.listener) AND position = \(failure.first.position)
              AND state = 'retrying' AND attempts = \(due.attempts)
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
    static func blockedKeys(
        of lane: Lane,
        among keys: [String],
        in tx: borrowing Transaction
    ) async throws -> Set<String> {
        let rows = try await tx.query(
            """
            SELECT DISTINCT key FROM events.deviation
            WHERE listener = \(lane.listener) AND key = ANY (\(keys)) AND state <> 'skipped'
            """
        )
        return Set(try rows.map { try $0["key"] })
    }

    /// Events whose next attempt is due, that which has been due for longest first, with what an operator has put in
    /// their payload's place. No two share a key.
    static func due(_ lane: Lane, atMost limit: Int, in tx: borrowing Transaction) async throws -> [DueEvent] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.editedColumns), d.position, d.attempts, d.crashes, d.claimed_by
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            LEFT JOIN events.edit r ON r.listener = d.listener AND r.position = d.position
            WHERE d.listener = \(lane.listener) AND d.lane = \(lane.index)
              AND d.state = 'retrying' AND d.next_attempt_at <= now()
            ORDER BY d.next_attempt_at, d.position LIMIT \(limit)
            """
        ).map { try DueEvent($0) }
    }

    /// An event went through after all.
    static func settle(_ lane: Lane, _ position: Int, in tx: borrowing Transaction) {
        tx.send("DELETE FROM events.deviation WHERE listener = \(lane.listener) AND position = \(position)")
    }

    /// Makes the first event that waits behind a settled one the next to be tried, unless another is before it.
    static func promote(_ key: OrderingKey, _ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.deviation d SET state = 'retrying', next_attempt_at = now()
            FROM (SELECT position, state FROM events.deviation
                  WHERE listener = \(lane.listener) AND key = \(key.description) AND state <> 'skipped'
                  ORDER BY position LIMIT 1) first
            WHERE d.listener = \(lane.listener) AND d.position = first.position AND first.state = 'parked'
            """
        )
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
