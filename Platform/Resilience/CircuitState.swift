/// Decides whether calls pass; does nothing itself.
struct CircuitState: Sendable {
    enum Phase: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        /// One call probes. When it has had its time, another may, so that one that hangs decides nothing.
        case halfOpen(until: ContinuousClock.Instant)
    }

    enum Admission: Sendable, Hashable {
        /// The call passes; its outcome is to be reported with this generation.
        case pass(generation: Int)
        /// The call fails at once.
        case refuse(retryAfter: Duration)
    }

    private let threshold: Int
    private let cooldown: Duration
    private(set) var phase = Phase.closed(failures: 0)
    /// Grows with every change of phase, so that a call which began before has no say in it.
    private var generation = 0

    init(threshold: Int, cooldown: Duration) {
        self.threshold = threshold
        self.cooldown = cooldown
    }

    mutating func admit(now: ContinuousClock.Instant) -> Admission {
        switch phase {
        case .closed: return .pass(generation: generation)
        case .open(let until) where now < until, .halfOpen(let until) where now < until:
            return .refuse(retryAfter: now.duration(to: until))
        case .open, .halfOpen:
            change(to: .halfOpen(until: now + cooldown))
            return .pass(generation: generation)
        }
    }

    mutating func succeeded(_ generation: Int) {
        guard generation == self.generation else { return }
        if case .halfOpen = phase { change(to: .closed(failures: 0)) } else { phase = .closed(failures: 0) }
    }

    /// Returns true when this failure has opened the circuit.
    mutating func failed(_ generation: Int, now: ContinuousClock.Instant) -> Bool {
        guard generation == self.generation else { return false }
        if case .closed(let failures) = phase, failures + 1 < threshold {
            phase = .closed(failures: failures + 1)
            return false
        }
        change(to: .open(until: now + cooldown))
        return true
    }

    /// The caller left before there was an outcome; the next one probes in its place.
    mutating func abandoned(_ generation: Int, now: ContinuousClock.Instant) {
        guard generation == self.generation, case .halfOpen = phase else { return }
        change(to: .open(until: now))
    }

    private mutating func change(to next: Phase) {
        phase = next
        generation += 1
    }
}
