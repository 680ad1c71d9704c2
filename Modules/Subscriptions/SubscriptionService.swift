import EventDelivery
import Identifiers
import Postgres
import SubscriptionEvents

/// Begins subscriptions and moves them on.
struct SubscriptionService: Sendable {
    let plans: PlanRepository
    let subscriptions: SubscriptionRepository
    let events: EventRecorder

    /// Gives an account the free subscription, once; later calls do nothing.
    func begin(for user: UserID, in tx: borrowing Transaction) async throws {
        guard let limits = try await subscriptions.createFree(for: user, in: tx) else { return }
        try events.record(SubscriptionCreated(user: user, plan: SubscriptionState.freePlan, limits: limits), in: tx)
    }

    /// What a period of a plan costs; nil when it cannot be bought.
    func quote(plan: String, period: String) async throws -> (amount: Int, currency: String)? {
        guard let period = BillingPeriod(rawValue: period) else { return nil }
        return try await plans.price(of: plan, for: period).map { ($0.amount, $0.currency) }
    }

    /// Moves an account on by what it paid for. The account is locked first, so two payments add up.
    func activate(plan: String, period: String, for user: UserID, in tx: borrowing Transaction) async throws {
        let refusal = SubscriptionError.notForSale(plan: plan, period: period)
        guard let billing = BillingPeriod(rawValue: period) else { throw refusal }
        try await begin(for: user, in: tx)
        guard let before = try await subscriptions.lock(user, in: tx) else { throw refusal }
        let after = try before.state.paying(for: plan, billing, at: before.now)
        guard let limits = try await subscriptions.move(user, to: after, billing, in: tx) else { throw refusal }
        try events.record(
            SubscriptionChanged(
                user: user,
                previousPlan: before.state.plan,
                plan: plan,
                limits: limits,
                endsAt: after.endsAt
            ),
            in: tx
        )
    }
}
