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
        attempts: Int = 5,
        backoff: Duration = .seconds(30),
        timeout: Duration = .seconds(60),
        keepFailed: Duration = .seconds(7 * 86_400)
    ) {
        precondition(attempts >= 1, "a job needs at least one attempt, not \(attempts)")
        self.attempts = attempts
        self.backoff = backoff
        self.timeout = timeout
        self.keepFailed = keepFailed
    }

    /// Five attempts, with waits that double from 30 s (30 s, 1, 2, 4 min); kept for 7 days when they all fail.
    public static let standard = JobPolicy()

    /// The wait before the next attempt; nil when there is none.
    ///
    /// Never shorter than the policy says; up to a fifth is added at random, so that jobs that failed together do not
    /// come back together.
    func delay(afterAttempt attempt: Int, jitter: Double = .random(in: 0...0.2)) -> Duration? {
        guard attempt < attempts else { return nil }
        return backoff * (1 << min(attempt - 1, 20)) * (1 + jitter)
    }
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
