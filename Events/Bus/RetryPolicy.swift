/// When and how often a failed event is tried again before it is dead.
public struct RetryPolicy: Sendable, Hashable {
    /// How often it is tried in all.
    public let attempts: Int
    /// The longest wait after the first failure; it doubles with each further one.
    public let first: Duration
    /// The longest wait of all.
    public let limit: Duration
    /// How often a process may end while it is at the event, before the event is dead: it is tried alone then.
    public let crashes: Int

    /// Waits a random time up to a ceiling that doubles (exponential backoff with full jitter).
    public static func exponential(
        attempts: Int = 10,
        from first: Duration = .seconds(1),
        upTo limit: Duration = .seconds(600),
        crashes: Int = 3
    ) -> RetryPolicy {
        precondition(attempts >= 1 && crashes >= 1, "an event is tried at least once")
        precondition(first >= .zero && limit >= .zero, "a wait cannot be negative")
        return RetryPolicy(attempts: attempts, first: first, limit: limit, crashes: crashes)
    }

    /// Ten attempts from a second to ten minutes.
    public static let standard = RetryPolicy.exponential()

    /// One attempt: what fails is dead at once.
    public static let never = RetryPolicy.exponential(attempts: 1)

    /// The wait before the next attempt; nil when there is none.
    public func delay(afterAttempt attempt: Int, random: Double = .random(in: 0...1)) -> Duration? {
        guard attempt < attempts else { return nil }
        return ceiling(afterAttempt: attempt) * random
    }

    /// The longest that the wait after an attempt can be.
    func ceiling(afterAttempt attempt: Int) -> Duration {
        var ceiling = min(first, limit)
        for _ in 1..<max(attempt, 1) where ceiling < limit && ceiling > .zero { ceiling = min(limit, ceiling * 2) }
        return ceiling
    }
}

/// A failure that trying again does not help: its event is dead at once, and an operator decides.
///
/// Throw one from a listener when the event itself is wrong, not the moment.
public protocol PermanentFailure: Error {}
