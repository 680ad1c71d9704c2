/// How a kind of job is queued, retried and kept.
public struct JobPolicy: Sendable, Hashable {
    /// How often it is tried in all.
    public var attempts: Int
    /// The wait after the first failure; it doubles with each further one.
    public var backoff: Duration
    /// How long one attempt may take before it is cancelled.
    public var timeout: Duration
    /// How long a job that failed for good is kept for inspection.
    public var keepFailed: Duration

    /// A policy.
    public init(
        attempts: Int = 5, backoff: Duration = .seconds(30), timeout: Duration = .seconds(60),
        keepFailed: Duration = .seconds(7 * 86_400)
    ) {
        self.attempts = attempts
        self.backoff = backoff
        self.timeout = timeout
        self.keepFailed = keepFailed
    }

    /// Five attempts at 30 s, 1, 2, 4, 8 min; kept for 7 days when they all fail.
    public static let standard = JobPolicy()
}

/// Which of two due jobs goes first; the lower number does.
public enum JobPriority: Int, Sendable, Codable {
    /// Somebody waits for it.
    case high = 1
    /// The ordinary.
    case normal = 5
    /// Whenever there is time.
    case low = 10
}
