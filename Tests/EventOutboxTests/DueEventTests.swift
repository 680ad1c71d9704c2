import EventDelivery
import Foundation
import Testing

@testable import EventOutbox

/// When an attempt is counted before it is made, and when an event is given up for ending processes.
@Suite struct DueEventTests {
    private let policy = RetryPolicy.exponential(attempts: 5, crashes: 3)
    private let me = UUID()
    private let another = UUID()

    private func plan(attempts: Int, crashes: Int = 0, claimedBy: UUID? = nil, isProven: Bool = true) -> DueEvent.Plan {
        DueEvent(envelope: .placed(1), attempts: attempts, crashes: crashes, claimedBy: claimedBy)
            .plan(by: me, isProven: isProven, policy: policy)
    }

    @Test func `what was never tried is tried at once`() {
        #expect(plan(attempts: 0) == .attempt)
    }

    @Test func `a later attempt is counted first, and any attempt of a lane that is not proven`() {
        #expect(plan(attempts: 1) == .countFirst(crashes: 0))
        #expect(plan(attempts: 0, isProven: false) == .countFirst(crashes: 0))
    }

    @Test func `a claim of a life that is over is a crash, and one of this life is none`() {
        #expect(plan(attempts: 1, claimedBy: another) == .countFirst(crashes: 1))
        #expect(plan(attempts: 1, claimedBy: me) == .countFirst(crashes: 0))
    }

    @Test func `after as many crashes as the policy bears it is given up`() {
        #expect(plan(attempts: 2, crashes: 1, claimedBy: another) == .countFirst(crashes: 2))
        #expect(plan(attempts: 3, crashes: 2, claimedBy: another) == .bury(crashes: 3))
    }

    @Test func `a crash in the last attempt is the end, too`() {
        #expect(plan(attempts: 5, claimedBy: another) == .bury(crashes: 1))
    }
}
