import EventDelivery
import Instruments
import Metrics
import Postgres

/// Counts what becomes of events here, by listener.
final class DeliveryMetrics: Sendable {
    /// What became of an event.
    enum Outcome: String {
        case handled, retried, parked, dead
    }

    private struct Labels: Hashable {
        let listener: String
        let outcome: Outcome
    }

    private let deliveries = Instruments<Labels, Counter> {
        Counter(
            label: "outbox.deliveries",
            dimensions: [("listener", $0.listener), ("outcome", $0.outcome.rawValue)]
        )
    }
    private let durations = Instruments<String, Timer> {
        Timer(
            label: "messaging.process.duration",
            dimensions: [("messaging.system", "storytime"), ("messaging.consumer.group.name", $0)]
        )
    }

    /// Counts once the transaction is committed, and not at all if it is rolled back.
    func count(_ events: Int, of listener: String, as outcome: Outcome, in tx: borrowing Transaction) {
        guard events > 0 else { return }
        tx.scope.afterCommit { [deliveries] in
            deliveries[Labels(listener: listener, outcome: outcome)].increment(by: events)
        }
    }

    /// A listener has run.
    func ran(_ listener: String, for duration: Duration) {
        durations[listener].record(duration: duration)
    }
}
