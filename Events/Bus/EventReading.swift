public import Events

/// An event on its way through the listeners of this process: read once, whoever hears it, and not at all in the process
/// that recorded it.
@usableFromInline
package struct EventReading: Sendable {
    /// The event as it is stored.
    @usableFromInline package let envelope: EventEnvelope
    /// A `Delivered` of the type that it was read as last.
    @usableFromInline var last: (any AnyObject & Sendable)?

    /// An event that was read from storage.
    package init(_ envelope: EventEnvelope) { self.envelope = envelope }

    /// An event that is being recorded.
    package init(recording event: some DomainEvent) throws {
        envelope = try EventEnvelope.tracing(event)
        last = Delivered(event, envelope)
    }

    /// The event as one type.
    @inlinable
    mutating func delivered<Event: DomainEvent>() throws -> Delivered<Event> {
        if let known = last as? Delivered<Event> { return known }
        let delivered = try Delivered<Event>(envelope)
        last = delivered
        return delivered
    }
}
