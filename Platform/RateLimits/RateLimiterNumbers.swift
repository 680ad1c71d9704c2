import Web

/// What a limiter has done on this node since it began.
public struct RateLimiterNumbers: Sendable, Equatable {
    /// Requests that were let in.
    public internal(set) var admitted = 0
    /// Requests that were refused, by the limit's name.
    public internal(set) var refused: [String: Int] = [:]
    /// Requests that this node counted for itself because Redis was away.
    public internal(set) var unshared = 0

    mutating func count(_ charges: [RateLimiting.Charge], _ verdict: RateLimiting.Verdict) {
        if verdict.refused.isEmpty { admitted += 1 }
        for standing in verdict.refused { refused[standing.limit.name, default: 0] += 1 }
    }
}
