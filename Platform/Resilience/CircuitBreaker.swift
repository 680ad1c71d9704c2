import Synchronization

/// Stops calling what fails: after five failures in a row every call fails at once for a minute; then one call probes, and
/// decides how it goes on.
///
/// One breaker stands for one place that is called; share it. That a call is slow is a failure only if it fails: put a
/// ``Deadline`` inside.
public final class CircuitBreaker: CallPolicy {
    /// How it stands, and what has become of the calls so far.
    public struct Numbers: Sendable, Hashable {
        /// Where the circuit is.
        public enum State: String, Sendable {
            /// Calls pass.
            case closed
            /// Calls fail at once.
            case open
            /// One call probes.
            case halfOpen
        }

        /// Where the circuit is.
        public internal(set) var state = State.closed
        /// Calls that passed.
        public internal(set) var calls = 0
        /// Those of them that failed.
        public internal(set) var failures = 0
        /// Calls that did not pass.
        public internal(set) var refused = 0
        /// How often the circuit has opened.
        public internal(set) var openings = 0
    }

    private struct Content {
        var circuit: CircuitState
        var numbers = Numbers()
    }

    /// What is called, for logs and metrics.
    public let name: String
    private let content: Mutex<Content>
    private let isFailure: @Sendable (any Error) -> Bool
    private let now: @Sendable () -> ContinuousClock.Instant

    /// A breaker. Unless told otherwise every error is a failure but the caller's own cancellation: exclude those that speak
    /// for a wrong call rather than for a broken other side.
    public convenience init(
        _ name: String,
        after threshold: Int = 5,
        for cooldown: Duration = .seconds(60),
        countingFailures isFailure: @escaping @Sendable (any Error) -> Bool = { _ in true }
    ) {
        self.init(name, after: threshold, for: cooldown, countingFailures: isFailure) { .now }
    }

    init(
        _ name: String,
        after threshold: Int,
        for cooldown: Duration,
        countingFailures isFailure: @escaping @Sendable (any Error) -> Bool,
        now: @escaping @Sendable () -> ContinuousClock.Instant
    ) {
        precondition(threshold >= 1, "a circuit opens after one failure at the earliest")
        self.name = name
        self.isFailure = isFailure
        self.now = now
        content = Mutex(Content(circuit: CircuitState(threshold: threshold, cooldown: cooldown)))
    }

    /// How it stands, and what has become of the calls so far.
    public var numbers: Numbers {
        content.withLock { content in
            var numbers = content.numbers
            numbers.state =
                switch content.circuit.phase {
                case .closed: .closed
                case .open: .open
                case .halfOpen: .halfOpen
                }
            return numbers
        }
    }

    /// Makes the call; throws ``CircuitOpen`` without making it while the circuit is open.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let generation = try enter()
        do {
            let value = try await body()
            content.withLock { $0.circuit.succeeded(generation) }
            return value
        } catch {
            note(error, generation)
            throw error
        }
    }

    private func enter() throws(CircuitOpen) -> Int {
        let admission = content.withLock { content in
            let admission = content.circuit.admit(now: now())
            if case .pass = admission { content.numbers.calls += 1 } else { content.numbers.refused += 1 }
            return admission
        }
        switch admission {
        case .pass(let generation): return generation
        case .refuse(let wait): throw CircuitOpen(name: name, retryAfter: wait)
        }
    }

    private func note(_ error: any Error, _ generation: Int) {
        content.withLock { content in
            // What fails because its caller has left says nothing about the other side.
            if error is CancellationError || Task.isCancelled {
                return content.circuit.abandoned(generation, now: now())
            }
            guard isFailure(error) else { return content.circuit.succeeded(generation) }
            content.numbers.failures += 1
            if content.circuit.failed(generation, now: now()) { content.numbers.openings += 1 }
        }
    }
}

/// The call was not made, because too many before it have failed.
public struct CircuitOpen: TransientFailure, CustomStringConvertible {
    /// What would have been called.
    public let name: String
    /// When the next call may pass.
    public let retryAfter: Duration?
    /// It may work again later.
    public var isTransient: Bool { true }
    /// What happened.
    public var description: String { "\(name) has failed too often and is left alone for a while" }
}
