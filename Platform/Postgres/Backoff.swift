/// How long to wait before the next attempt to connect: doubling from 50 ms to 2 s, with half of it at random.
struct Backoff {
    private var failures = 0
    private var until: ContinuousClock.Instant?

    /// True when the next attempt may be made.
    var isOver: Bool { until.map { $0 <= .now } ?? true }

    mutating func next() -> Duration {
        failures += 1
        let ceiling = min(2000, 50 << min(failures - 1, 6))
        let wait = Duration.milliseconds(Int.random(in: ceiling / 2...ceiling))
        until = .now + wait
        return wait
    }

    mutating func reset() { self = Backoff() }
}
