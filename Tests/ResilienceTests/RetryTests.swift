import Synchronization
import Testing

@testable import Resilience

@Suite struct RetryTests {
    @Test func `a passing failure is tried again, with waits that double up to a limit`() async throws {
        let waits = Waits()
        var retry = Retry(attempts: 6)
        retry.pause = waits.note
        retry.random = { 1 }
        let flaky = Flaky(failures: 5)
        #expect(try await retry.call(flaky.call) == "answer")
        #expect(waits.all == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(8)])
        #expect(retry.numbers == Retry.Numbers(calls: 1, retries: 5, failures: 0))
    }

    @Test func `three attempts are all by default, and half of each wait is random`() async throws {
        let waits = Waits()
        var retry = Retry()
        retry.pause = waits.note
        retry.random = { 0 }
        let flaky = Flaky(failures: 3)
        let policy = retry
        await #expect(throws: Busy.self) { try await policy.call(flaky.call) }
        #expect(flaky.calls == 3)
        #expect(waits.all == [.milliseconds(500), .seconds(1)])
        #expect(retry.numbers == Retry.Numbers(calls: 1, retries: 2, failures: 1))
    }

    @Test func `each attempt knows how many were before it`() async throws {
        let seen = Tally()
        var retry = Retry()
        retry.pause = { _ in }
        let flaky = Flaky(failures: 2)
        _ = try await retry.call {
            seen.note(Attempt.resends)
            return try await flaky.call()
        }
        var hedge = Hedge(after: .zero)
        hedge.pause = { _ in }
        let calls = Tally()
        let second = try await hedge.call {
            if calls.next() == 1 { try await Task.sleep(for: .seconds(3600)) }
            return Attempt.resends
        }
        #expect(seen.values == [0, 1, 2] && second == 1 && Attempt.resends == 0)
    }

    @Test func `what does not pass is not tried again`() async throws {
        let flaky = Flaky(failures: 1, error: Wrong())
        await #expect(throws: Wrong.self) { try await Retry().call(flaky.call) }
        #expect(flaky.calls == 1)
    }

    @Test func `it waits as long as it was asked to, and gives up when that is too long`() async throws {
        let waits = Waits()
        var retry = Retry()
        retry.pause = waits.note
        retry.random = { 1 }
        let patient = Flaky(failures: 1, error: Busy(retryAfter: .seconds(7)))
        #expect(try await retry.call(patient.call) == "answer")
        #expect(waits.all == [.milliseconds(7_500)])
        let away = Flaky(failures: 1, error: Busy(retryAfter: .seconds(60)))
        let policy = retry
        await #expect(throws: Busy.self) { try await policy.call(away.call) }
        #expect(away.calls == 1)
    }

    @Test func `it gives up when the deadline would be over before the next attempt`() async throws {
        let flaky = Flaky(failures: 1)
        let policy = Deadline(.seconds(600)).around(Retry(from: .seconds(3000), upTo: .seconds(3000)))
        await #expect(throws: Busy.self) { try await policy.call(flaky.call) }
        #expect(flaky.calls == 1)
    }
}

/// Waits that do not pass, only noted.
final class Waits: Sendable {
    private let noted = Mutex<[Duration]>([])
    var all: [Duration] { noted.withLock { $0 } }
    @Sendable func note(_ wait: Duration) { noted.withLock { $0.append(wait) } }
}

struct Busy: TransientFailure {
    var retryAfter: Duration?
    var isTransient: Bool { true }
}

struct Wrong: Error {}

/// Fails so many times, then answers.
final class Flaky: Sendable {
    private let failures: Int
    private let error: any Error
    private let count = Mutex(0)

    init(failures: Int, error: any Error = Busy()) {
        self.failures = failures
        self.error = error
    }

    var calls: Int { count.withLock { $0 } }

    @Sendable func call() async throws -> String {
        let call = count.withLock { count in
            count += 1
            return count
        }
        if call <= failures { throw error }
        return "answer"
    }
}
