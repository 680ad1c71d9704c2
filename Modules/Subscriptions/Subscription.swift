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
    /// The database's clock when this was read.
    let now: Date

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
