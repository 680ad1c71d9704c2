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
    let requests: RequestAllowance
    /// The database's clock when this was read, or the node's when it was cached.
    let now: Date

    init(
        user: UserID,
        _ state: SubscriptionState,
        period: BillingPeriod?,
        limits: PlanLimits,
        requests: RequestAllowance,
        now: Date
    ) {
        self.user = user
        self.state = state
        self.period = period
        self.limits = limits
        self.requests = requests
        self.now = now
    }

    init(_ row: Row, of user: UserID) throws {
        self.user = user
        let plan: String = try row["plan"]
        let end: Date? = try row["ends_at"]
        state = end.map { .paid(plan: plan, until: $0) } ?? .free
        period = try row["period"]
        limits = try PlanLimits(row)
        requests = try RequestAllowance(row)
        now = try row["now"]
    }

    /// How many requests a minute the API takes: as many as on the free plan once the paid period is over.
    var requestsPerMinute: Int { state.status(at: now) == .expired ? requests.free : requests.plan }
}

/// How many requests a minute the API takes from an account on its plan, and on the free one.
struct RequestAllowance: Sendable, Codable {
    let plan: Int
    let free: Int

    /// Reads `requests_per_minute` and `free_requests_per_minute`.
    init(_ row: Row) throws {
        plan = try row["requests_per_minute"]
        free = try row["free_requests_per_minute"]
    }
}
