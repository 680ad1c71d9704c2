public import FoundationEssentials
import Identifiers
public import Origin
import StrictJSON

/// An event as it is stored and carried: who, what, when, why, and the payload as bytes.
///
/// Copies share everything but the position, so that handing one on costs next to nothing.
public struct EventEnvelope: Sendable {
    /// Its place in the log; 0 before the sequencer has placed it.
    public var position: Int
    private let content: Content

    /// The event's identifier (UUIDv7); the idempotency key of everything that follows from it.
    public var id: UUID { content.id }
    /// The event type's stored name.
    public var name: EventName { content.name }
    /// The version of the payload's shape.
    public var version: Int { content.version }
    /// What the event is about.
    public var key: OrderingKey { content.key }
    /// The payload: JSON in UTF-8.
    public var payload: [UInt8] { content.payload }
    /// Who and what caused it.
    public var origin: Origin { content.origin }
    /// When it was recorded, by the database's clock; by this process' clock before it was stored.
    public var recordedAt: Date { content.recordedAt }

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
        self.position = position
        content = Content(id, name, version, key, payload, origin, recordedAt)
    }

    /// Wraps a new event. It becomes the first cause of what follows unless the task at hand has one already.
    public init<Event: DomainEvent>(recording event: Event) throws {
        let id = UUID.v7()
        var origin = Origin.current
        origin.correlationID = origin.correlationID ?? id
        let payload = try JSON(encoding: event).bytes
        position = 0
        content = Content(id, Event.name, Event.version, event.key, payload, origin, Date())
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

/// What never changes.
private final class Content: Sendable {
    let id: UUID
    let name: EventName
    let version: Int
    let key: OrderingKey
    let payload: [UInt8]
    let origin: Origin
    let recordedAt: Date

    init(
        _ id: UUID,
        _ name: EventName,
        _ version: Int,
        _ key: OrderingKey,
        _ payload: [UInt8],
        _ origin: Origin,
        _ recordedAt: Date
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.key = key
        self.payload = payload
        self.origin = origin
        self.recordedAt = recordedAt
    }
}
