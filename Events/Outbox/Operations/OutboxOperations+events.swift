import EventDelivery
import Events
public import FoundationEssentials
import Origin
import Postgres
public import StrictJSON

/// Which events an operator wants to see.
public struct EventFilter: Sendable {
    /// Only events of this name.
    public var name: String?
    /// Only events of this key, such as `kid:018f…`.
    public var key: String?
    /// Only events after this position.
    public var after: Int?
    /// How many; the newest when `after` is nil, else the first.
    public var limit: Int

    /// A filter.
    public init(name: String? = nil, key: String? = nil, after: Int? = nil, limit: Int = 20) {
        self.name = name
        self.key = key
        self.after = after
        self.limit = limit
    }
}

/// An event as operators see it.
public struct EventView: Sendable, Encodable {
    /// Its place in the log; 0 when it is committed and has none yet.
    public let position: Int
    /// Its identifier.
    public let id: UUID
    /// Its stored name.
    public let name: String
    /// The version of its payload's shape.
    public let version: Int
    /// What it is about.
    public let key: String
    /// When it was recorded.
    public let recordedAt: Date
    /// Who caused it.
    public let actor: String?
    /// The request that caused it.
    public let requestID: String?
    /// Common to everything with the same first cause.
    public let correlationID: UUID?
    /// The event that caused it.
    public let causationID: UUID?
    /// The payload.
    public let payload: JSON
}

/// How one listener stands to one event.
public struct EventDeliveryView: Sendable, Encodable {
    /// The listener.
    public let listener: String
    /// `unplaced`, `earlier` (than the listener's beginning), `handled`, `waiting`, `retrying`, `parked`, `dead` or
    /// `skipped`.
    public let state: String
    /// How often it was tried, when it failed.
    public let attempts: Int?
    /// When it is tried again.
    public let nextAttemptAt: Date?
    /// Why it failed last.
    public let error: String?
}

extension OutboxOperations {
    /// Events of the log, in order.
    public func events(_ filter: EventFilter) async throws -> [EventView] {
        let slot = filter.key.map { OrderingKey(stored: $0).slot }
        // The log knows the name and the slot: few events are looked at, whatever is asked for.
        let rows = try await look { tx in
            guard let after = filter.after else {
                return try await tx.query(
                    """
                    SELECT \(raw: EventEnvelope.columns), l.position
                    FROM events.log l JOIN events.event e USING (seq)
                    WHERE (\(filter.name)::text IS NULL OR l.name = \(filter.name))
                      AND (\(slot)::bigint IS NULL OR l.slot = \(slot) AND e.key = \(filter.key))
                    ORDER BY l.position DESC LIMIT \(filter.limit)
                    """
                )
            }
            return try await tx.query(
                """
                SELECT \(raw: EventEnvelope.columns), l.position
                FROM events.log l JOIN events.event e USING (seq)
                WHERE (\(filter.name)::text IS NULL OR l.name = \(filter.name))
                  AND (\(slot)::bigint IS NULL OR l.slot = \(slot) AND e.key = \(filter.key))
                  AND l.position > \(after)
                ORDER BY l.position LIMIT \(filter.limit)
                """
            )
        }
        return try rows.map { try EventView($0) }.sorted { $0.position < $1.position }
    }

    /// One event, by identifier or position, and how each listener that hears it stands to it.
    public func show(_ reference: String) async throws -> (event: EventView, deliveries: [EventDeliveryView]) {
        try await look { tx in
            let rows = try await find(reference, in: tx)
            guard let row = rows.first else {
                try await Self.requireKept(reference, in: tx)
                throw OutboxError.unknownEvent(reference)
            }
            let event = try EventView(row)
            return (event, try await deliveries(of: event, in: tx))
        }
    }

    private func find(_ reference: String, in tx: borrowing Transaction) async throws -> Rows {
        if let position = Int(reference) {
            return try await tx.query(
                """
                SELECT \(raw: EventEnvelope.columns), l.position
                FROM events.log l JOIN events.event e USING (seq) WHERE l.position = \(position)
                """
            )
        }
        return try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), coalesce(l.position, 0) AS position
            FROM events.event e LEFT JOIN events.log l USING (seq) WHERE e.id = \(UUID(uuidString: reference))
            """
        )
    }

    private func deliveries(of event: EventView, in tx: borrowing Transaction) async throws -> [EventDeliveryView] {
        try await tx.query(
            """
            SELECT l.name, d.attempts, d.next_attempt_at, d.error,
                   CASE WHEN d.state IS NOT NULL THEN d.state
                        WHEN \(event.position) = 0 THEN 'unplaced'
                        WHEN l.starts_after >= \(event.position) THEN 'earlier'
                        WHEN c.position >= \(event.position) THEN 'handled'
                        ELSE 'waiting' END AS state
            FROM events.listener l
            JOIN events.cursor c ON c.listener = l.name AND c.lane = \(OrderingKey(stored: event.key).slot) % l.lanes
            LEFT JOIN events.deviation d ON d.listener = l.name AND d.position = \(event.position)
            WHERE l.hears IS NULL OR \(event.name) = ANY (l.hears)
            ORDER BY l.name
            """
        ).map {
            EventDeliveryView(
                listener: try $0["name"],
                state: try $0["state"],
                attempts: try $0["attempts"],
                nextAttemptAt: try $0["next_attempt_at"],
                error: try $0["error"]
            )
        }
    }
}

extension EventView {
    init(_ row: Row) throws {
        let envelope = try EventEnvelope(row)
        position = envelope.position
        id = envelope.id
        name = envelope.name.rawValue
        version = envelope.version
        key = envelope.key.description
        recordedAt = envelope.recordedAt
        actor = envelope.origin.actor
        requestID = envelope.origin.requestID
        correlationID = envelope.origin.correlationID
        causationID = envelope.origin.causationID
        payload = try JSON(parsing: envelope.payload)
    }
}
