import Synchronization

/// Counts that the copies of a policy share.
final class Meter<Numbers: Sendable>: Sendable {
    private let numbers: Mutex<Numbers>

    init(_ numbers: Numbers) { self.numbers = Mutex(numbers) }

    var now: Numbers { numbers.withLock { $0 } }

    func count(_ change: @Sendable (inout Numbers) -> Void) { numbers.withLock { change(&$0) } }
}
