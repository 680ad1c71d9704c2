import Synchronization

/// Counts what several tasks do.
package final class Counter: Sendable {
    private let state = Atomic(0)

    /// Starts at 0.
    package init() {}

    /// How much was counted.
    package var count: Int { state.load(ordering: .sequentiallyConsistent) }

    /// Counts one more.
    package func add() { state.add(1, ordering: .sequentiallyConsistent) }
}
