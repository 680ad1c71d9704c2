import EventDelivery
import Testing

@Suite struct RetryPolicyTests {
    @Test func `the ceiling doubles up to the limit`() {
        let policy = RetryPolicy.exponential(attempts: 10, from: .seconds(1), upTo: .seconds(60))
        let ceilings = (1...9).map { policy.delay(afterAttempt: $0, random: 1) }
        #expect(ceilings == [1, 2, 4, 8, 16, 32, 60, 60, 60].map { Duration.seconds($0) })
    }

    @Test func `after the last attempt there is none`() {
        let policy = RetryPolicy.exponential(attempts: 3)
        #expect(policy.delay(afterAttempt: 2) != nil)
        #expect(policy.delay(afterAttempt: 3) == nil)
        #expect(policy.delay(afterAttempt: 4) == nil)
    }

    @Test func `jitter is anything from nothing to the ceiling`() {
        let policy = RetryPolicy.exponential(from: .seconds(8))
        #expect(policy.delay(afterAttempt: 1, random: 0) == .zero)
        #expect(policy.delay(afterAttempt: 1, random: 0.25) == .seconds(2))
    }

    @Test func `the first wait is never longer than the longest`() {
        let policy = RetryPolicy.exponential(from: .seconds(60), upTo: .seconds(5))
        #expect(policy.delay(afterAttempt: 1, random: 1) == .seconds(5))
        #expect(RetryPolicy.exponential(from: .zero).delay(afterAttempt: 3, random: 1) == .zero)
    }

    @Test func `never is one attempt`() {
        #expect(RetryPolicy.never.delay(afterAttempt: 1) == nil)
    }

    @Test func `a thousand attempts do not overflow`() {
        let policy = RetryPolicy.exponential(attempts: 1_001, upTo: .seconds(600))
        #expect(policy.delay(afterAttempt: 1_000, random: 1) == .seconds(600))
    }
}
