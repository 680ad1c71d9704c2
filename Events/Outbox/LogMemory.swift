import Synchronization

/// Of which server's log this process keeps a part in memory, by the timeline that the server writes.
final class LogMemory: Sendable {
    private let state = Mutex(0)

    /// The timeline; 0 before anything is remembered.
    var timeline: Int { state.withLock { $0 } }

    /// True when a standby was promoted since: other events may be where this process remembers some.
    func isInDoubt(on current: Int) -> Bool {
        state.withLock { $0 != 0 && $0 != current }
    }

    /// What is remembered is what that server has.
    func trust(_ current: Int) { state.withLock { $0 = current } }
}
