public import Events
public import Postgres

/// Publishes events. There is no other way: an event is recorded in the transaction that makes it true.
public struct EventRecorder: Sendable {
    private let append: @Sendable (EventEnvelope, borrowing Transaction) -> Void

    /// A recorder that hands envelopes to the store's unit of work.
    package init(append: @escaping @Sendable (EventEnvelope, borrowing Transaction) -> Void) {
        self.append = append
    }

    /// Announces an event if and when the transaction commits.
    ///
    /// All events of a transaction are written together, as its last statement. Take the row locks of what the event
    /// is about before, as any update does: then the order within its key is the order of commits.
    public func record(_ event: some DomainEvent, in tx: borrowing Transaction) throws {
        append(try EventEnvelope(recording: event), tx)
    }
}
