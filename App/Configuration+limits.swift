import Web

extension Configuration {
    /// The limits as an operator wants them; what plans allow is in the database, beside their prices.
    static func rateLimits(_ environment: inout Environment) -> RateLimitConfiguration {
        var limits = RateLimitConfiguration()
        limits.factor = environment.integer(
            "STORYTIME_RATE_LIMIT_FACTOR",
            default: limits.factor,
            in: 0...1_000_000,
            "what all rate limits are multiplied by; 0 turns them off"
        )
        for limit in RateLimit.all {
            limits.quotas[limit.name] = environment.integer(
                "STORYTIME_RATE_LIMIT_\(limit.name.uppercased().replacing("-", with: "_"))",
                default: limit.quota,
                in: 1...1_000_000,
                "\(limit.meaning), a minute and client"
            )
        }
        return limits
    }
}
