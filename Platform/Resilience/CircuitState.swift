/// Decides whether calls pass; does nothing itself.
struct CircuitState: Sendable {
    enum Phase: Sendable, Hashable {
        case closed(failures: Int)
        case open(until: ContinuousClock.Instant)
        case halfOpen(isProbing: Bool)
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
        case .open(let until) where now < until: return .refuse(retryAfter: now.duration(to: until))
        case .halfOpen(isProbing: true): return .refuse(retryAfter: cooldown)
        case .open, .halfOpen:
            change(to: .halfOpen(isProbing: true))
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
    mutating func abandoned(_ generation: Int) {
        guard generation == self.generation, case .halfOpen = phase else { return }
        change(to: .halfOpen(isProbing: false))
    }

    private mutating func change(to next: Phase) {
        phase = next
        generation += 1
    }
}
