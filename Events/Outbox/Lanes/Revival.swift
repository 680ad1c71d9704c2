import EventDelivery
import Events
import Logging
import Postgres

/// Takes up again what an earlier program could not read and this one can.
struct Revival: Sendable {
    let database: Database
    let logger: Logger

    /// How many dead letters of a listener are looked at, so that a start stays a start.
    private static let limit = 1_000

    /// Tries again the listener's dead events whose payloads can be read by now.
    func run(_ listener: Listener) async throws {
        guard case .transactional(let routes) = listener.reactions else { return }
        let count = try await database.transaction { tx in
            let readable = try await Self.unread(listener, in: tx).filter { routes.reads($0) }
            guard !readable.isEmpty else { return 0 }
            return try await tx.execute(
                """
                UPDATE events.deviation SET state = 'retrying', attempts = 0, next_attempt_at = now()
                WHERE listener = \(listener.name) AND position = ANY (\(readable.map(\.position))) AND state = 'dead'
                """
            )
        }
        guard count > 0 else { return }
        logger.notice(
            "events that could not be read before are tried again",
            metadata: ["listener": "\(listener.name)", "count": "\(count)"]
        )
    }

    private static func unread(_ listener: Listener, in tx: borrowing Transaction) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT e.id, e.name, coalesce(r.version, e.version) AS version, e.key,
                   coalesce(r.payload, e.payload) AS payload, e.actor, e.request_id, e.correlation_id, e.causation_id,
                   e.traceparent, e.recorded_at, d.position
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            LEFT JOIN events.edit r ON r.listener = d.listener AND r.position = d.position
            WHERE d.listener = \(listener.name) AND d.state = 'dead' AND d.error_type = 'UndecodableEvent'
            ORDER BY d.position LIMIT \(limit)
            """
        ).map { try EventEnvelope($0) }
    }
}

extension Routes<Reaction> {
    /// True when the reaction to an event can read its payload.
    func reads(_ event: EventEnvelope) -> Bool {
        guard let reaction = self[event.name] else { return false }
        return (try? reaction.read?(event)) != nil || reaction.read == nil
    }
}
