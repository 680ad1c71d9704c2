public import FoundationEssentials
import Glibc
import Identifiers

/// A process that takes part in the event path, as the others know it.
public struct NodeIdentity: Sendable, Hashable {
    /// What a node does.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// Answers requests, and so records events.
        case http
        /// Gives events their positions, when it is its turn, and brings them to the listeners.
        case delivery
    }

    /// Made at every start: a process that was started anew is another node.
    public let boot: UUID
    /// The machine.
    public let host: String
    /// The process on it.
    public let pid: Int
    /// Which build it runs.
    public let version: String
    /// What it does.
    public let roles: Set<Role>
    /// When it was started.
    public let startedAt: Date

    /// This process. Two deliveries in one process are two nodes, so make one identity for each.
    public init(roles: Set<Role> = [.delivery], version: String = "unknown") {
        boot = .v7()
        host = Self.hostName
        pid = Int(getpid())
        self.version = version
        self.roles = roles
        startedAt = Date()
    }

    private static var hostName: String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
            guard let start = name.baseAddress, unsafe gethostname(start, name.count - 1) == 0 else {
                return "unknown"
            }
            unsafe name[name.count - 1] = 0
            return unsafe String(cString: start)
        }
    }
}
