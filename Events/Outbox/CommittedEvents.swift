import EventDelivery
import Events
import Instruments
import Metrics
import Postgres
import Synchronization

/// Where commits and the outbox meet: producers are there before the outbox knows its listeners.
final class CommittedEvents: Sendable {
    /// In a struct of its own: a closure that goes in and out of a generic type by itself is wrapped once more each
    /// time, for ever.
    private struct Subscriber {
        let hear: @Sendable ([EventReading]) -> Void
    }

    private let subscriber = Mutex<Subscriber?>(nil)
    private let counters = Instruments<EventName, Counter> {
        Counter(
            label: "messaging.client.sent.messages",
            dimensions: [("messaging.system", "storytime"), ("messaging.destination.name", $0.rawValue)]
        )
    }

    /// The one who hears of every commit of this process from now on.
    func subscribe(_ hear: @escaping @Sendable ([EventReading]) -> Void) {
        subscriber.withLock { $0 = Subscriber(hear: hear) }
    }

    func announce(_ events: [EventReading]) {
        subscriber.withLock { $0 }?.hear(events)
    }

    private func count(_ events: [EventReading]) {
        for event in events { counters[event.envelope.name].increment() }
    }

    /// Arranges that a transaction's events are its last statement, and are announced once it is committed.
    func makeRecorder() -> EventRecorder {
        EventRecorder { recorded, tx in
            let batch = RecordedBatch()
            tx.scope.beforeCommit {
                batch.events.withLock { $0 = recorded.readings }
                return OutboxWriter.insert(recorded.envelopes)
            }
            tx.scope.afterCommit {
                let events = batch.events.withLock { $0 }
                CommittedWrites.note(events.map(\.envelope))
                self.count(events)
                self.announce(events)
            }
        }
    }
}

/// Carries what was written past the commit.
private final class RecordedBatch: Sendable {
    let events = Mutex<[EventReading]>([])
}
