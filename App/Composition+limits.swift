import Addresses
import RateLimits
import Subscriptions
import Web

extension Composition {
    /// What clients may do how often; nothing at all when an operator has turned it off.
    var rateLimits: [Layer] {
        guard configuration.rateLimits.factor > 0 else { return [] }
        let limits = RateLimiting(configuration.rateLimits) { request in
            request.clientAddress.map { "\($0.network)" }
        } planQuota: { [subscriptions = features.subscriptions] user in
            try? await subscriptions.requestsPerMinute(of: user)
        } admit: { [limiter] charges in
            await limiter.admit(charges)
        }
        return [limits.layer]
    }
}
