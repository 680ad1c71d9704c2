public import Events
public import Identifiers

/// An account got its first subscription.
public struct SubscriptionCreated: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "subscriptions.subscription-created"

    /// The account.
    public let user: UserID
    /// The plan, by slug.
    public let plan: String
    /// What the plan allows.
    public let limits: PlanLimits

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(user: UserID, plan: String, limits: PlanLimits) {
        self.user = user
        self.plan = plan
        self.limits = limits
    }
}
