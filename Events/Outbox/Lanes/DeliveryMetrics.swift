import EventDelivery
import Metrics
import Postgres

/// Counts what becomes of events here, by listener.
enum DeliveryMetrics {
    /// What became of an event.
    enum Outcome: String {
        case handled, retried, parked, dead
    }

    /// Counts once the transaction is committed, and not at all if it is rolled back.
    static func count(_ events: Int, of listener: String, as outcome: Outcome, in tx: borrowing Transaction) {
        guard events > 0 else { return }
        tx.scope.afterCommit {
            let dimensions = [("listener", listener), ("outcome", outcome.rawValue)]
            Counter(label: "outbox.deliveries", dimensions: dimensions).increment(by: events)
        }
    }

    /// A listener has run.
    static func ran(_ listener: String, for duration: Duration) {
        let dimensions = [("messaging.system", "storytime"), ("messaging.consumer.group.name", listener)]
        Timer(label: "messaging.process.duration", dimensions: dimensions).record(duration: duration)
    }
}
