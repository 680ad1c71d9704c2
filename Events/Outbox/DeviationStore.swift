import EventDelivery
import Events
import Postgres

/// The SQL of what deviates.
enum DeviationStore {
    static func note(
        _ failure: any Error, of event: EventEnvelope, _ lane: Lane, attempt: Int, retryAfter delay: Duration?,
        in tx: borrowing Transaction
    ) {
        let seconds = delay.map { Double($0.components.seconds) + Double($0.components.attoseconds) / 1e18 }
        let state = delay == nil ? "dead" : "retrying"
        tx.send(
            """
            INSERT INTO events.deviation AS d
                (listener, position, lane, key, state, attempts, next_attempt_at, error_type, error)
            VALUES (\(lane.listener), \(event.position), \(lane.index), \(event.key.description), \(state), \(attempt),
                    now() + make_interval(secs => \(seconds)), \("\(type(of: failure))"), \("\(failure)"))
            ON CONFLICT (listener, position) DO UPDATE SET
                state = excluded.state, attempts = excluded.attempts, next_attempt_at = excluded.next_attempt_at,
                error_type = excluded.error_type, error = excluded.error, failed_at = now()
            """
        )
    }

    static func park(_ event: EventEnvelope, _ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO events.deviation (listener, position, lane, key, state)
            VALUES (\(lane.listener), \(event.position), \(lane.index), \(event.key.description), 'parked')
            ON CONFLICT (listener, position) DO NOTHING
            """
        )
    }

    static func blockedKeys(of lane: Lane, among keys: [String], in tx: borrowing Transaction) async throws -> Set<String> {
        let rows = try await tx.query(
            """
            SELECT DISTINCT key FROM events.deviation
            WHERE listener = \(lane.listener) AND key = ANY (\(keys)) AND state <> 'skipped'
            """
        )
        return Set(try rows.map { try $0["key"] })
    }

    /// Events whose next attempt is due, with the attempts so far.
    static func due(_ lane: Lane, in tx: borrowing Transaction) async throws -> [(EventEnvelope, Int)] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), d.position, d.attempts
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            WHERE d.listener = \(lane.listener) AND d.lane = \(lane.index)
              AND d.state = 'retrying' AND d.next_attempt_at <= now()
            ORDER BY d.position LIMIT 20
            """
        ).map { (try EventEnvelope($0), try $0["attempts"]) }
    }

    /// Events that wait behind a key's head, in order.
    static func parked(behind key: OrderingKey, _ lane: Lane, in tx: borrowing Transaction) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), d.position
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            WHERE d.listener = \(lane.listener) AND d.key = \(key.description) AND d.state = 'parked'
            ORDER BY d.position LIMIT 100
            """
        ).map { try EventEnvelope($0) }
    }

    /// An event went through after all.
    static func settle(_ lane: Lane, _ position: Int, in tx: borrowing Transaction) {
        tx.send("DELETE FROM events.deviation WHERE listener = \(lane.listener) AND position = \(position)")
    }

    /// Makes the first event that still waits behind a settled key the next to be tried.
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
