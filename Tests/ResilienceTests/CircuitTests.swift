import Synchronization
import Testing

@testable import Resilience

@Suite struct CircuitTests {
    private let start = ContinuousClock.now

    @Test func `after five failures in a row nothing passes for a minute`() {
        var circuit = CircuitState(threshold: 5, cooldown: .seconds(60))
        let few = (0..<4).map { _ in circuit.failed(0, now: start) }
        circuit.succeeded(0)
        let many = (0..<5).map { _ in circuit.failed(0, now: start) }
        #expect(few == [false, false, false, false] && many == [false, false, false, false, true])
        let admissions = [start, start + .seconds(59)].map { circuit.admit(now: $0) }
        #expect(admissions == [.refuse(retryAfter: .seconds(60)), .refuse(retryAfter: .seconds(1))])
    }

    @Test func `then one probes, and decides`() {
        var circuit = CircuitState(threshold: 1, cooldown: .seconds(60))
        _ = circuit.failed(0, now: start)
        let later = start + .seconds(60)
        let admissions = [later, later].map { circuit.admit(now: $0) }
        #expect(admissions == [.pass(generation: 2), .refuse(retryAfter: .seconds(60))])
        _ = circuit.failed(2, now: later)
        #expect(circuit.phase == .open(until: later + .seconds(60)))
        let again = circuit.admit(now: later + .seconds(60))
        #expect(again == .pass(generation: 4))
        circuit.succeeded(4)
        #expect(circuit.phase == .closed(failures: 0))
    }

    @Test func `a probe that is given up makes room for the next`() {
        var circuit = CircuitState(threshold: 1, cooldown: .seconds(60))
        let later = start + .seconds(60)
        _ = circuit.failed(0, now: start)
        let probe = circuit.admit(now: later)
        let early = circuit.admit(now: later)
        circuit.abandoned(2, now: later)
        let next = circuit.admit(now: later)
        #expect(early == .refuse(retryAfter: .seconds(60)))
        #expect([probe, next] == [.pass(generation: 2), .pass(generation: 4)])
    }

    @Test func `a probe that hangs has its time, and decides nothing after it`() {
        var circuit = CircuitState(threshold: 1, cooldown: .seconds(60))
        _ = circuit.failed(0, now: start)
        let admissions = [60, 119, 120].map { circuit.admit(now: start + .seconds($0)) }
        #expect(
            admissions == [.pass(generation: 2), .refuse(retryAfter: .seconds(1)), .pass(generation: 3)]
        )
        circuit.succeeded(2)
        #expect(circuit.phase == .halfOpen(until: start + .seconds(180)))
        circuit.succeeded(3)
        #expect(circuit.phase == .closed(failures: 0))
    }

    @Test func `a call that began before has no say`() {
        var circuit = CircuitState(threshold: 1, cooldown: .seconds(60))
        _ = circuit.failed(0, now: start)
        circuit.succeeded(0)
        let hasOpened = circuit.failed(0, now: start + .seconds(30))
        #expect(!hasOpened)
        #expect(circuit.phase == .open(until: start + .seconds(60)))
    }

    @Test func `the breaker counts, refuses, probes and recovers`() async throws {
        let clock = Mutex(start)
        let breaker = CircuitBreaker("shop", after: 2, for: .seconds(60), countingFailures: { !($0 is Wrong) }) {
            clock.withLock { $0 }
        }
        let wrong = Flaky(failures: .max, error: Wrong())
        for _ in 0..<5 { await #expect(throws: Wrong.self) { try await breaker.call(wrong.call) } }
        let broken = Flaky(failures: 2)
        for _ in 0..<2 { await #expect(throws: Busy.self) { try await breaker.call(broken.call) } }
        let refusal = await #expect(throws: CircuitOpen.self) { try await breaker.call(broken.call) }
        #expect(refusal?.retryAfter == .seconds(60) && broken.calls == 2)
        #expect(breaker.numbers.state == .open)

        clock.withLock { $0 += .seconds(61) }
        #expect(try await breaker.call(broken.call) == "answer")
        let numbers = breaker.numbers
        #expect(numbers.state == .closed && numbers.refused == 1 && numbers.openings == 1)
        #expect(numbers.calls == 8 && numbers.failures == 2)
    }

    @Test func `a caller who leaves says nothing about the other side`() async throws {
        let breaker = CircuitBreaker("shop", after: 1)
        let left = Flaky(failures: 1, error: CancellationError())
        await #expect(throws: CancellationError.self) { try await breaker.call(left.call) }
        let broken = Task {
            try await breaker.call {
                try? await Task.sleep(for: .seconds(3600))
                throw Busy()
            }
        }
        broken.cancel()
        await #expect(throws: Busy.self) { try await broken.value }
        #expect(breaker.numbers.state == .closed)
    }
}
