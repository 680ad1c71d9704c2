public import Events
public import Postgres

/// Publishes events. There is no other way: an event is recorded in the transaction that makes it true.
public struct EventRecorder: Sendable {
    private let firstRecorded: @Sendable (RecordedEvents, borrowing Transaction) -> Void

    /// A recorder over a store. `onFirst` is called with the first event of each transaction, and arranges that all of
    /// them are written when the transaction commits.
    package init(onFirst: @escaping @Sendable (RecordedEvents, borrowing Transaction) -> Void) {
        firstRecorded = onFirst
    }

    /// Announces an event if and when the transaction commits.
    ///
    /// All events of a transaction are written together, as its last statement. Take the row locks of what the event
    /// is about before, as any update does: then the order within its key is the order of commits.
    public func record(_ event: some DomainEvent, in tx: borrowing Transaction) throws {
        let reading = try EventReading(recording: event)
        let recorded = tx.scope.value { RecordedEvents() }
        if !recorded.isArranged {
            recorded.isArranged = true
            firstRecorded(recorded, tx)
        }
        recorded.readings.append(reading)
    }
}

/// The events that one transaction has recorded so far.
package final class RecordedEvents: SavepointParticipant {
    package fileprivate(set) var readings: [EventReading] = []
    /// As they are stored.
    package var envelopes: [EventEnvelope] { readings.map(\.envelope) }
    fileprivate var isArranged = false

    fileprivate init() {}

    /// What a transaction has recorded so far, for whoever only rehearses it.
    package static func of(_ tx: borrowing Transaction) -> RecordedEvents { tx.scope.value { RecordedEvents() } }

    /// Forgets what was recorded after a savepoint that was rolled back.
    package func mark() -> () -> Void {
        let count = readings.count
        return { self.readings.removeLast(self.readings.count - count) }
    }
}
