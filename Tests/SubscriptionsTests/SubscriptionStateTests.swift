import FoundationEssentials
import Testing

@testable import Subscriptions

@Suite struct SubscriptionStateTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)
    private static let day = 86_400.0

    struct Move: Sendable {
        let before: SubscriptionState
        let plan: String
        let period: BillingPeriod
        let endsInDays: Double
    }

    private static func paid(_ plan: String, endingInDays days: Double) -> SubscriptionState {
        .paid(plan: plan, until: now.addingTimeInterval(days * day))
    }

    static let moves = [
        Move(before: .free, plan: "starter", period: .weekly, endsInDays: 7),
        Move(before: .free, plan: "pro", period: .monthly, endsInDays: 30),
        Move(before: .free, plan: "pro", period: .yearly, endsInDays: 365),
        Move(before: paid("pro", endingInDays: 10), plan: "pro", period: .monthly, endsInDays: 40),
        Move(before: paid("pro", endingInDays: 10), plan: "pro", period: .weekly, endsInDays: 17),
        Move(before: paid("pro", endingInDays: 10), plan: "starter", period: .weekly, endsInDays: 7),
        Move(before: paid("starter", endingInDays: 10), plan: "pro", period: .monthly, endsInDays: 30),
        Move(before: paid("pro", endingInDays: 0), plan: "pro", period: .weekly, endsInDays: 7),
        Move(before: paid("pro", endingInDays: -3), plan: "pro", period: .weekly, endsInDays: 7),
        Move(before: paid("pro", endingInDays: -3), plan: "starter", period: .yearly, endsInDays: 365),
    ]

    @Test(arguments: moves) func `a payment moves the state on`(move: Move) throws {
        let after = try move.before.paying(for: move.plan, move.period, at: Self.now)
        #expect(after == Self.paid(move.plan, endingInDays: move.endsInDays))
    }

    @Test(arguments: [SubscriptionState.free, paid("pro", endingInDays: 5)])
    func `the free plan cannot be paid for`(state: SubscriptionState) {
        #expect(throws: SubscriptionError.notForSale(plan: "free", period: "monthly")) {
            try state.paying(for: "free", .monthly, at: Self.now)
        }
    }

    @Test(arguments: [
        (SubscriptionState.free, SubscriptionStatus.free), (paid("pro", endingInDays: 1), .active),
        (paid("pro", endingInDays: 0), .expired), (paid("pro", endingInDays: -1), .expired),
    ])
    func `the status follows the clock`(state: SubscriptionState, status: SubscriptionStatus) {
        #expect(state.status(at: Self.now) == status)
    }
}
