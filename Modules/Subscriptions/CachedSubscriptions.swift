import Cache
import FoundationEssentials
import Identifiers
import SubscriptionEvents

/// Reads what accounts are subscribed to, through the cache if there is one.
struct CachedSubscriptions: Sendable {
    let repository: SubscriptionRepository
    let cache: Cache?

    /// What an account is subscribed to. Whether a paid period is still running is decided now, not when it was cached.
    func subscription(of user: UserID) async throws -> Subscription? {
        guard let cache else { return try await repository.subscription(of: user) }
        let stored = try await cache.value(for: Self.key(of: user)) { [repository] in
            try await repository.subscription(of: user).map(Stored.init)
        }
        return stored.map { $0.subscription(of: user, now: .now) }
    }

    static func key(of user: UserID) -> CacheKey { CacheGroup.subscription.key("\(user)") }

    /// A subscription as the cache holds it.
    private struct Stored: Codable, Sendable {
        let plan: String
        let endsAt: Date?
        let period: BillingPeriod?
        let limits: PlanLimits
        let requests: RequestAllowance

        init(_ subscription: Subscription) {
            plan = subscription.state.plan
            endsAt = subscription.state.endsAt
            period = subscription.period
            limits = subscription.limits
            requests = subscription.requests
        }

        func subscription(of user: UserID, now: Date) -> Subscription {
            let state = endsAt.map { SubscriptionState.paid(plan: plan, until: $0) } ?? .free
            return Subscription(user: user, state, period: period, limits: limits, requests: requests, now: now)
        }
    }
}
