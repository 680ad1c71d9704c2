/// When and how often a failed event is tried again before it is dead.
public struct RetryPolicy: Sendable, Hashable {
    /// How often it is tried in all.
    public let attempts: Int
    /// The longest wait after the first failure; it doubles with each further one.
    public let first: Duration
    /// The longest wait of all.
    public let limit: Duration

    /// Waits a random time up to a ceiling that doubles (exponential backoff with full jitter).
    public static func exponential(
        attempts: Int = 10,
        from first: Duration = .seconds(1),
        upTo limit: Duration = .seconds(600)
    ) -> RetryPolicy {
        RetryPolicy(attempts: attempts, first: first, limit: limit)
    }

    /// Ten attempts from a second to ten minutes.
    public static let standard = RetryPolicy.exponential()

    /// The wait before the next attempt; nil when there is none.
    public func delay(afterAttempt attempt: Int, random: Double = .random(in: 0...1)) -> Duration? {
        guard attempt < attempts else { return nil }
        let ceiling = attempt > 30 ? limit : min(limit, first * (1 << (attempt - 1)))
        return ceiling * random
    }
}
