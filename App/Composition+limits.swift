import RateLimits
import Subscriptions
import Web

extension Composition {
    /// What clients may do how often; nothing at all when an operator has turned it off.
    var rateLimits: RateLimiting? {
        guard configuration.rateLimits.factor > 0 else { return nil }
        return RateLimiting(configuration.rateLimits) { [subscriptions = features.subscriptions] user in
            try? await subscriptions.requestsPerMinute(of: user)
        } admit: { [limiter] charges in
            await limiter.admit(charges)
        }
    }
}
