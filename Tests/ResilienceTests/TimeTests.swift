import TestSupport
import Testing

@testable import Resilience

@Suite(.timeLimit(.minutes(1))) struct TimeTests {
    @Test func `a call in time is answered, one that takes longer is ended`() async throws {
        let deadline = Deadline(.seconds(3600))
        #expect(try await deadline.call { 7 } == 7)
        let short = Deadline(.milliseconds(1))
        await #expect(throws: DeadlineExceeded.self) {
            try await short.call { try await Task.sleep(for: .seconds(3600)) }
        }
        #expect(short.numbers == Deadline.Numbers(calls: 1, exceeded: 1))
        #expect(deadline.numbers == Deadline.Numbers(calls: 1, exceeded: 0))
    }

    @Test func `an inner deadline does not outlast an outer one`() async throws {
        let left = try await Deadline(.seconds(60)).call {
            try await Deadline(.seconds(3600)).call { Deadline.left ?? .zero }
        }
        #expect(left <= .seconds(60) && left > .zero)
        #expect(Deadline.left == nil)
    }

    @Test func `a caller who leaves ends the call`() async throws {
        let gate = Latch(1)
        let call = Task {
            try await Deadline(.seconds(3600)).call {
                gate.arrive()
                try await Task.sleep(for: .seconds(3600))
            }
        }
        await gate.wait()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
    }

    @Test func `a second call answers in place of one that takes long`() async throws {
        var hedge = Hedge(after: .seconds(1))
        hedge.pause = { _ in }
        let calls = Tally()
        let answer = try await hedge.call {
            if calls.next() == 1 { try await Task.sleep(for: .seconds(3600)) }
            return "second"
        }
        #expect(answer == "second")
        #expect(hedge.numbers == Hedge.Numbers(calls: 1, hedged: 1, won: 1))
    }

    @Test func `a call that is fast enough stays alone, and a failure is no reason for a second`() async throws {
        var hedge = Hedge(after: .seconds(1))
        hedge.pause = { _ in try await Task.sleep(for: .seconds(3600)) }
        #expect(try await hedge.call { 7 } == 7)
        let policy = hedge
        await #expect(throws: Wrong.self) { try await policy.call { throw Wrong() } }
        #expect(hedge.numbers == Hedge.Numbers(calls: 2, hedged: 0, won: 0))
    }

    @Test func `when both fail the call fails`() async throws {
        var hedge = Hedge(after: .zero)
        let gate = Latch(1)
        let calls = Tally()
        hedge.pause = { _ in }
        let policy = hedge
        await #expect(throws: Busy.self) {
            try await policy.call {
                if calls.next() == 1 { await gate.wait() } else { gate.arrive() }
                throw Busy()
            }
        }
        #expect(calls.values.count == 2)
    }

    @Test func `policies nest: each attempt passes the breaker, within its own time`() async throws {
        var retry = Retry(attempts: 10)
        retry.pause = { _ in }
        let breaker = CircuitBreaker("shop", after: 3)
        let policy = retry.around(breaker).around(Deadline(.seconds(60)))
        let broken = Flaky(failures: .max)
        await #expect(throws: CircuitOpen.self) { try await policy.call(broken.call) }
        #expect(broken.calls == 3 && breaker.numbers.state == .open)
    }
}
