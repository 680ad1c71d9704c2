/// Tries a call again when it failed for a passing reason: three attempts in all, with waits that double from 1 s up to
/// 8 s, half of each at random.
///
/// Only for what may be done twice. It gives up at once when the reason is not passing, when the other side asks for more
/// patience than the longest wait, or when the ``Deadline`` around it would be over before the next attempt.
public struct Retry: CallPolicy {
    /// What has become of the calls so far.
    public struct Numbers: Sendable, Hashable {
        /// Calls that were made, however often each was tried.
        public var calls = 0
        /// Attempts beyond the first of each.
        public var retries = 0
        /// Calls that failed in spite of all.
        public var failures = 0
    }

    /// Attempts in all, the first included.
    public let attempts: Int
    /// The wait before the second attempt, at most.
    public let firstPause: Duration
    /// The longest wait.
    public let longestPause: Duration
    private let isTransient: @Sendable (any Error) -> Bool
    private let meter = Meter(Numbers())
    var pause: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0, clock: .continuous) }
    var random: @Sendable () -> Double = { .random(in: 0...1) }

    /// A policy. Unless told otherwise it believes what a ``TransientFailure`` says of itself, and tries nothing else again.
    public init(
        attempts: Int = 3,
        from firstPause: Duration = .seconds(1),
        upTo longestPause: Duration = .seconds(8),
        when isTransient: @escaping @Sendable (any Error) -> Bool = {
            ($0 as? any TransientFailure)?.isTransient ?? false
        }
    ) {
        precondition(attempts >= 1, "a call is tried at least once")
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.isTransient = isTransient
    }

    /// What has become of the calls so far.
    public var numbers: Numbers { meter.now }

    /// Makes the call until it succeeds or there is no point in trying again; throws its last error then.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        meter.count { $0.calls += 1 }
        var attempt = 1
        while true {
            do {
                return try await Attempt.resending(attempt - 1, body)
            } catch {
                guard let wait = wait(after: error, attempt: attempt) else {
                    meter.count { $0.failures += 1 }
                    throw error
                }
                try await pause(wait)
                meter.count { $0.retries += 1 }
                attempt += 1
            }
        }
    }

    /// How long to wait before the next attempt; nil for no more of them.
    func wait(after error: any Error, attempt: Int) -> Duration? {
        guard attempt < attempts, !Task.isCancelled, isTransient(error) else { return nil }
        let ceiling = min(longestPause, firstPause * (1 << min(attempt - 1, 20)))
        let asked = (error as? any TransientFailure)?.retryAfter ?? .zero
        guard asked <= longestPause else { return nil }
        // Also those who were asked for the same patience do not come back all at once.
        let wait = max(asked, ceiling / 2) + ceiling / 2 * random()
        if let left = Deadline.left, left <= wait { return nil }
        return wait
    }
}
