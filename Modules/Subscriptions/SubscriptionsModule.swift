public import Cache
public import EventDelivery
public import Events
public import Identifiers
public import ModuleInterface
public import Postgres
import SubscriptionEvents
public import Web

/// Plans, and which one every account is on.
///
/// Others follow it through its events. Whoever takes money calls ``activate(plan:period:for:in:)`` in the transaction
/// that books the money, so that neither happens without the other.
public struct SubscriptionsModule: FeatureModule {
    /// The schema, and what stored names begin with.
    public static let name = "subscriptions"
    /// What the module announces.
    public static let events: [any DomainEvent.Type] = SubscriptionContract.events

    private let cachedPlans: CachedPlans
    private let subscriptions: CachedSubscriptions
    private let routes: SubscriptionRoutes
    private let service: SubscriptionService
    private let cache: Cache?

    /// The module on a database; with a cache, reads of plans and subscriptions go through it.
    public init(database: Database, events: EventRecorder, cache: Cache? = nil) {
        self.cache = cache
        let plans = PlanRepository(database: database)
        cachedPlans = CachedPlans(repository: plans, cache: cache)
        let repository = SubscriptionRepository(database: database)
        subscriptions = CachedSubscriptions(repository: repository, cache: cache)
        routes = SubscriptionRoutes(plans: cachedPlans, subscriptions: subscriptions)
        service = SubscriptionService(plans: plans, subscriptions: repository, events: events)
    }

    /// The plans and the account's own subscription.
    public var endpoints: EndpointGroup { routes.group }

    /// Every account that registers begins on the free plan; what is cached of it follows its events.
    public var listeners: [Listener] {
        [BeginFree(service: service).listener] + (cache.map { [VoidCachedSubscription(cache: $0).listener] } ?? [])
    }

    /// The plans.
    public var warmings: [CacheWarmer.Warming] { [cachedPlans.warming] }

    /// How many requests a minute the API takes from an account, by its plan.
    public func requestsPerMinute(of user: UserID) async throws -> Int? {
        try await subscriptions.subscription(of: user)?.requestsPerMinute
    }

    /// What a period (`weekly`, `monthly` or `yearly`) of a plan costs, in the currency's minor unit (ISO 4217).
    ///
    /// Nil when it cannot be bought: there is no such plan or period, or the plan is free.
    public func quote(plan: String, period: String) async throws -> (amount: Int, currency: String)? {
        try await service.quote(plan: plan, period: period)
    }

    /// Puts an account on a plan for one more period and announces it, if and when the transaction commits.
    ///
    /// It locks the account's subscription until then. Throws when the period of the plan cannot be bought.
    public func activate(plan: String, period: String, for user: UserID, in tx: borrowing Transaction) async throws {
        try await service.activate(plan: plan, period: period, for: user, in: tx)
    }
}
