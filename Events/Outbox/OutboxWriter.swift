import EventDelivery
import Events
import FoundationEssentials
import Origin
import Postgres

/// Writes the events of one transaction as its last statement.
enum OutboxWriter {
    static func insert(_ events: [EventEnvelope]) -> [Statement] {
        guard let first = events.first else { return [] }
        return [events.count == 1 ? insertOne(first) : insertMany(events)]
    }

    private static func insertOne(_ event: EventEnvelope) -> Statement {
        """
        INSERT INTO events.event (id, name, version, key, slot, payload,
                                  actor, request_id, correlation_id, causation_id, traceparent)
        VALUES (\(event.id), \(event.name.rawValue), \(event.version), \(event.key.description), \(event.key.slot),
                \(RawJSON(utf8: event.payload)), \(event.origin.actor), \(event.origin.requestID),
                \(event.origin.correlationID ?? event.id), \(event.origin.causationID), \(event.origin.traceparent))
        """
    }

    /// Each with its own origin: a batch of events in one transaction has as many causes.
    private static func insertMany(_ events: [EventEnvelope]) -> Statement {
        """
        INSERT INTO events.event (id, name, version, key, slot, payload,
                                  actor, request_id, correlation_id, causation_id, traceparent)
        SELECT * FROM unnest(\(events.map(\.id)), \(events.map(\.name.rawValue)), \(events.map(\.version)),
            \(events.map(\.key.description)), \(events.map(\.key.slot)), \(events.map { RawJSON(utf8: $0.payload) }),
            \(events.map(\.origin.actor)), \(events.map(\.origin.requestID)),
            \(events.map { $0.origin.correlationID ?? $0.id }), \(events.map(\.origin.causationID)),
            \(events.map(\.origin.traceparent)))
        """
    }
}
