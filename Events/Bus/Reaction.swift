public import Events
import Origin
public import Postgres

/// One event and what is known about it.
public final class Delivered<Event: DomainEvent>: Sendable {
    /// The event.
    public let event: Event
    /// Its envelope: identifier, position, cause, time.
    public let envelope: EventEnvelope

    @usableFromInline
    package convenience init(_ envelope: EventEnvelope) throws {
        self.init(try envelope.decode(), envelope)
    }

    init(_ event: Event, _ envelope: EventEnvelope) {
        self.event = event
        self.envelope = envelope
    }
}

/// What a transactional listener does on one type of event.
public struct Reaction: Sendable, EventReaction {
    package let hears: EventName?
    /// Reads the event's payload and tells what it is about; nil when the reaction does not read payloads.
    package var read: (@Sendable (EventEnvelope) throws -> OrderingKey)?
    /// Does it, for the listener of this name.
    package let run: @Sendable ([EventEnvelope], String, borrowing Transaction) async throws -> Void

    /// Reacts to each event by itself, in order.
    public static func on<Event: DomainEvent>(
        _: Event.Type,
        perform: @escaping @Sendable (Delivered<Event>, borrowing Transaction) async throws -> Void
    ) -> Reaction {
        Reaction(hears: Event.name, read: reads(Event.self)) { envelopes, listener, tx in
            let mark = tx.scope.value { HandlerMark() }
            for envelope in envelopes {
                mark.enter(position: envelope.position)
                let delivered = try Delivered<Event>(envelope)
                try await envelope.handled(by: listener) { try await perform(delivered, tx) }
            }
        }
    }

    /// Reacts to several events of one type at once, for set-based SQL. They are in order.
    public static func onBatch<Event: DomainEvent>(
        of _: Event.Type,
        perform: @escaping @Sendable ([Delivered<Event>], borrowing Transaction) async throws -> Void
    ) -> Reaction {
        Reaction(hears: Event.name, read: reads(Event.self)) { envelopes, listener, tx in
            let delivered = try envelopes.map { try Delivered<Event>($0) }
            try await envelopes.handled(by: listener) { try await perform(delivered, tx) }
        }
    }

    /// Reacts to every event of the log, several at once, without reading payloads.
    public static func onAll(
        perform: @escaping @Sendable ([EventEnvelope], borrowing Transaction) async throws -> Void
    ) -> Reaction {
        Reaction(hears: nil) { envelopes, listener, tx in
            try await envelopes.handled(by: listener) { try await perform(envelopes, tx) }
        }
    }

    private static func reads<Event: DomainEvent>(_: Event.Type) -> @Sendable (EventEnvelope) throws -> OrderingKey {
        { envelope in try envelope.decode(Event.self).key }
    }
}

/// What a volatile listener does on one type of event: it changes this process' memory.
///
/// It gets no transaction and cannot wait, so whatever has to be waited for is out of its reach: the database, the
/// network, and with them events, jobs and mails.
public struct VolatileReaction: Sendable, EventReaction {
    package let hears: EventName?
    package let run: @Sendable (inout EventReading) throws -> Void

    @usableFromInline
    init(hears: EventName, run: @escaping @Sendable (inout EventReading) throws -> Void) {
        self.hears = hears
        self.run = run
    }

    /// Reacts to each event.
    @inlinable
    public static func on<Event: DomainEvent>(
        _: Event.Type,
        perform: @escaping @Sendable (Delivered<Event>) throws -> Void
    ) -> VolatileReaction {
        VolatileReaction(hears: Event.name) { reading in try perform(try reading.delivered()) }
    }
}

/// Lets a listener's reactions read as a list.
@resultBuilder
public enum ReactionBuilder {
    /// The list.
    public static func buildBlock(_ reactions: Reaction...) -> [Reaction] { reactions }
}

/// Lets a volatile listener's reactions read as a list.
@resultBuilder
public enum VolatileReactionBuilder {
    /// The list.
    public static func buildBlock(_ reactions: VolatileReaction...) -> [VolatileReaction] { reactions }
}

/// Lets a module's listeners read as a list.
@resultBuilder
public enum ListenerBuilder {
    /// The list.
    public static func buildBlock(_ listeners: Listener...) -> [Listener] { listeners }
}
