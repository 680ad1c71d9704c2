import Web

/// What Redis has refused and will refuse for some time: requests that come until then need not ask it.
///
/// So a client that does not stop costs neither Redis nor the network anything.
struct KnownRefusals {
    private struct Refusal {
        let quota: Int
        let end: ContinuousClock.Instant
    }

    private let bound: Int
    private var refusals: [String: Refusal] = [:]

    init(bound: Int = 10_000) { self.bound = bound }

    mutating func note(
        _ verdict: RateLimiting.Verdict,
        on charges: [RateLimiting.Charge],
        now: ContinuousClock.Instant
    ) {
        for standing in verdict.refused {
            guard let charge = charges.first(where: { $0.limit == standing.limit }) else { continue }
            // Whoever is forgotten is asked about once more.
            if refusals.count >= bound { refusals = [:] }
            refusals[charge.key] = Refusal(quota: charge.limit.quota, end: now + standing.reset)
        }
    }

    /// The verdict on charges of which one is refused; nil when none is known to be. A quota that has changed, as with
    /// another plan, is asked for anew.
    mutating func verdict(on charges: [RateLimiting.Charge], now: ContinuousClock.Instant) -> RateLimiting.Verdict? {
        let refused = charges.compactMap { charge -> RateLimiting.Standing? in
            let key = charge.key
            guard let refusal = refusals[key], refusal.quota == charge.limit.quota else { return nil }
            guard refusal.end > now else {
                refusals[key] = nil
                return nil
            }
            return RateLimiting.Standing(charge.limit, remaining: 0, reset: refusal.end - now)
        }
        return refused.isEmpty ? nil : RateLimiting.Verdict(refused: refused, standings: refused)
    }
}
