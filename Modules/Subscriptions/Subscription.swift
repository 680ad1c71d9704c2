import FoundationEssentials
import Identifiers
import Postgres
import SubscriptionEvents

/// What an account is subscribed to, with what that allows.
struct Subscription: Sendable {
    let user: UserID
    let state: SubscriptionState
    let period: BillingPeriod?
    let limits: PlanLimits
    /// The database's clock when this was read, or the node's when it was cached.
    let now: Date

    init(user: UserID, _ state: SubscriptionState, period: BillingPeriod?, limits: PlanLimits, now: Date) {
        self.user = user
        self.state = state
        self.period = period
        self.limits = limits
        self.now = now
    }

    init(_ row: Row, of user: UserID) throws {
        self.user = user
        let plan: String = try row["plan"]
        let end: Date? = try row["ends_at"]
        state = end.map { .paid(plan: plan, until: $0) } ?? .free
        period = try row["period"]
        limits = try PlanLimits(row)
        now = try row["now"]
    }
}
