import Testing

@testable import Jobs

@Suite struct JobPolicyTests {
    @Test func `the waits double from half a minute and end with the last attempt`() {
        let waits = (1...5).map { JobPolicy.standard.delay(afterAttempt: $0, jitter: 0) }
        #expect(waits == [.seconds(30), .seconds(60), .seconds(120), .seconds(240), nil])
    }

    @Test func `jitter only ever adds, and at most a fifth`() throws {
        for _ in 0..<1000 {
            let wait = try #require(JobPolicy.standard.delay(afterAttempt: 1))
            #expect(wait >= .seconds(30) && wait <= .seconds(36))
        }
    }

    @Test func `many attempts do not overflow`() {
        let policy = JobPolicy(attempts: 1000)
        #expect(policy.delay(afterAttempt: 999, jitter: 0) == .seconds(30 * 1_048_576))
    }
}

@Suite struct JobOutcomeTests {
    private let policy = JobPolicy(attempts: 2, backoff: .seconds(1))

    private func outcome(after error: any Error, attempt: Int) -> String {
        JobOutcome(after: error, attempt: attempt, policy: policy).name
    }

    @Test func `an error is retried until the attempts are used up`() {
        #expect(outcome(after: Hiccup(), attempt: 1) == "retried")
        #expect(outcome(after: Hiccup(), attempt: 2) == "failed")
    }

    @Test func `a refusal fails at once`() {
        #expect(outcome(after: JobRefused("no such account"), attempt: 1) == "failed")
    }

    @Test func `a timeout counts as an attempt, a shutdown does not`() {
        #expect(outcome(after: JobStop.timeout(.seconds(1)), attempt: 1) == "retried")
        #expect(outcome(after: JobStop.timeout(.seconds(1)), attempt: 2) == "failed")
        #expect(outcome(after: JobStop.shutdown, attempt: 2) == "released")
        #expect(outcome(after: JobStop.lost, attempt: 2) == "lost")
    }

    @Test func `a long error is cut`() {
        #expect(JobFailure(JobRefused(String(repeating: "x", count: 5000))).description.count == 1000)
    }
}
