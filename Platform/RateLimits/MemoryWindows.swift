import Web

/// What this node counts for itself.
///
/// It is bounded by what was used lately: windows live in two halves, whatever is used moves to the young one, and when
/// that is full the old one is dropped as a whole.
struct MemoryWindows {
    private let bound: Int
    private var young: [String: SlidingWindow] = [:]
    private var old: [String: SlidingWindow] = [:]

    init(bound: Int = 20_000) { self.bound = bound }

    var count: Int { young.count + old.count }

    /// Makes all of the charges, or none.
    mutating func admit(_ charges: [RateLimiting.Charge], now: ContinuousClock.Instant) -> RateLimiting.Verdict {
        var windows = charges.map { take($0.key) }
        let counts = charges.indices.map { windows[$0].count(now: now, window: charges[$0].limit.window) }
        let isAdmitted = zip(charges, counts).allSatisfy { $0.limit.quota > $1 }
        var verdict = (refused: [RateLimiting.Standing](), standings: [RateLimiting.Standing]())
        for (index, charge) in charges.enumerated() {
            let isFull = counts[index] >= charge.limit.quota
            if isAdmitted { windows[index].add(now) }
            let standing = RateLimiting.Standing(
                charge.limit,
                remaining: charge.limit.quota - counts[index] - (isAdmitted ? 1 : 0),
                reset: windows[index].reset(quota: charge.limit.quota, now: now, window: charge.limit.window)
            )
            verdict.standings.append(standing)
            if isFull { verdict.refused.append(standing) }
            keep(windows[index], for: charge.key)
        }
        return RateLimiting.Verdict(refused: verdict.refused, standings: verdict.standings)
    }

    private mutating func take(_ key: String) -> SlidingWindow {
        young.removeValue(forKey: key) ?? old.removeValue(forKey: key) ?? SlidingWindow()
    }

    private mutating func keep(_ window: SlidingWindow, for key: String) {
        if young.count >= bound / 2 {
            old = young
            young = [:]
        }
        young[key] = window
    }
}

extension RateLimiting.Charge {
    /// Where it is counted, whatever the quota is at the moment.
    var key: String { "\(limit.name):\(client)" }
}
