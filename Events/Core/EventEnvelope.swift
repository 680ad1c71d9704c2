public import FoundationEssentials
import Identifiers
public import Origin
import StrictJSON

/// An event as it is stored and carried: who, what, when, why, and the payload as bytes.
public struct EventEnvelope: Sendable {
    /// The event's identifier (UUIDv7); the idempotency key of everything that follows from it.
    public let id: UUID
    /// Its place in the log; 0 before the sequencer has placed it.
    public var position: Int
    /// The event type's stored name.
    public let name: EventName
    /// The version of the payload's shape.
    public let version: Int
    /// What the event is about.
    public let key: OrderingKey
    /// The payload: JSON in UTF-8.
    public let payload: [UInt8]
    /// Who and what caused it.
    public let origin: Origin
    /// When it was recorded, by the database's clock; by this process' clock before it was stored.
    public let recordedAt: Date

    /// Puts together an envelope that was read from storage.
    public init(
        id: UUID,
        position: Int,
        name: EventName,
        version: Int,
        key: OrderingKey,
        payload: [UInt8],
        origin: Origin,
        recordedAt: Date
    ) {
        self.id = id
        self.position = position
        self.name = name
        self.version = version
        self.key = key
        self.payload = payload
        self.origin = origin
        self.recordedAt = recordedAt
    }

    /// Wraps a new event. It becomes the first cause of what follows unless the task at hand has one already.
    public init<Event: DomainEvent>(recording event: Event) throws {
        var origin = Origin.current
        id = .v7()
        origin.correlationID = origin.correlationID ?? id
        position = 0
        name = Event.name
        version = Event.version
        key = event.key
        payload = try JSON(encoding: event).bytes
        self.origin = origin
        recordedAt = Date()
    }

    /// Reads the payload, lifting an older version step by step.
    public func decode<Event: DomainEvent>(_: Event.Type = Event.self) throws -> Event {
        guard name == Event.name else { throw undecodable("it is not \(Event.name)") }
        guard version <= Event.version else {
            let reason = "this build knows versions up to \(Event.version)"
            throw UndecodableEvent(name: name, version: version, reason: reason, isFromTheFuture: true)
        }
        do {
            var lifted = try JSON(parsing: payload)
            for step in version..<Event.version { lifted = try Event.upcast(lifted, from: step) }
            return try lifted.decode()
        } catch let error as UndecodableEvent {
            throw error
        } catch {
            throw undecodable("\(error)")
        }
    }

    /// The context in which a listener runs: the same story, with this event as the cause.
    public var consequence: Origin {
        var next = origin
        next.causationID = id
        return next
    }

    private func undecodable(_ reason: String) -> UndecodableEvent {
        UndecodableEvent(name: name, version: version, reason: reason)
    }
}
