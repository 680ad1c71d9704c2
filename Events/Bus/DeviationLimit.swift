/// How many events of a listener may be held back, and what happens when there are more.
///
/// Without a limit, a listener that fails at everything would in time copy the whole log into its deviations.
public struct DeviationLimit: Sendable, Hashable {
    /// What happens at the limit.
    public enum Policy: String, Sendable, Codable {
        /// The listener is paused, with a reason that operators read. Nothing is lost; what comes waits in the log. Once
        /// resumed, it is paused again when as many more are held back.
        case pauseListener
        /// What fails from now on is dead at once instead of tried again, so that a broken listener stops hammering what
        /// it depends on. At ten times the limit the listener is paused all the same.
        case deadLetter
    }

    /// How many may be held back: retrying, parked or dead.
    public let count: Int
    /// What happens then.
    public let policy: Policy

    /// A limit with its policy.
    public init(_ count: Int, _ policy: Policy = .pauseListener) {
        precondition(count >= 1, "a limit below 1 would let nothing fail")
        self.count = count
        self.policy = policy
    }

    /// Pauses at ten thousand.
    public static let standard = DeviationLimit(10_000)

    /// At how many the listener is paused, and again at each multiple.
    public var pausesAt: Int { policy == .pauseListener ? count : count * 10 }
}
