import FoundationEssentials
import Synchronization

/// Of which incarnation of the server this process remembers a part of the log.
final class LogMemory: Sendable {
    private let state = Mutex<UUID?>(nil)

    /// The incarnation; nil before anything is remembered.
    var incarnation: UUID? { state.withLock { $0 } }

    /// True when the server has crashed or was replaced since: other events may be where this process remembers some.
    func isInDoubt(in current: UUID?) -> Bool {
        state.withLock { $0 != nil && $0 != current }
    }

    /// What is remembered from now on is of this incarnation.
    func begin(_ incarnation: UUID) { state.withLock { $0 = incarnation } }
}
