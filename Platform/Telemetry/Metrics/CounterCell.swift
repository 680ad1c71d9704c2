import CoreMetrics
import Synchronization

/// A number that only grows. Counting is one atomic addition.
final class CounterCell: CounterHandler, Sendable {
    private let count = Atomic<Int64>(0)

    func increment(by amount: Int64) { count.wrappingAdd(amount, ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }

    var value: Double { Double(count.load(ordering: .relaxed)) }
}
