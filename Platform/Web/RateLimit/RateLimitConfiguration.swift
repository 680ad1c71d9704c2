/// What an operator has changed about the limits.
public struct RateLimitConfiguration: Sendable, Hashable {
    /// Quotas in place of those in the table, by the limit's name.
    public var quotas: [String: Int] = [:]
    /// What every quota is multiplied by, those of plans included; 0 turns all limits off.
    public var factor = 1

    /// The table as it is.
    public init() {}

    /// A limit as it is in force; `quota` replaces the table's where it depends on who asks.
    func inForce(_ limit: RateLimit, quota: Int? = nil) -> RateLimit {
        var limit = limit
        limit.quota = max(1, (quota ?? quotas[limit.name] ?? limit.quota) * factor)
        return limit
    }
}
