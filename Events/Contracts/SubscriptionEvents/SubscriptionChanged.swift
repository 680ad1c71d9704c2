public import Events
public import FoundationEssentials
public import Identifiers

/// An account moved to another plan, or renewed the one it has.
public struct SubscriptionChanged: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "subscriptions.subscription-changed"

    /// The account.
    public let user: UserID
    /// The plan before, by slug.
    public let previousPlan: String
    /// The plan now, by slug.
    public let plan: String
    /// What the plan allows.
    public let limits: PlanLimits
    /// When the paid period ends; nil when it does not.
    public let endsAt: Date?

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(user: UserID, previousPlan: String, plan: String, limits: PlanLimits, endsAt: Date?) {
        self.user = user
        self.previousPlan = previousPlan
        self.plan = plan
        self.limits = limits
        self.endsAt = endsAt
    }
}
