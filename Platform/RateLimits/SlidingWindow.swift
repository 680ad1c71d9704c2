import DequeModule

/// The requests that one limit has let in for one client, as long as they count.
struct SlidingWindow {
    private var moments = Deque<ContinuousClock.Instant>()

    /// How many count now.
    mutating func count(now: ContinuousClock.Instant, window: Duration) -> Int {
        while let first = moments.first, first + window <= now { moments.removeFirst() }
        return moments.count
    }

    /// When there is room for one more, or for more than now; call after `count`.
    func reset(quota: Int, now: ContinuousClock.Instant, window: Duration) -> Duration {
        guard let first = moments.first else { return .zero }
        let freeing = moments.count > quota ? moments[moments.count - quota] : first
        return freeing + window - now
    }

    mutating func add(_ now: ContinuousClock.Instant) { moments.append(now) }
}
