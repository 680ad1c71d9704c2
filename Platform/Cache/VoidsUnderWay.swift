/// The keys whose invalidation Redis has not confirmed yet.
struct VoidsUnderWay {
    private var counts: [CacheKey: Int] = [:]
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func contains(_ key: CacheKey) -> Bool { counts[key] != nil }

    mutating func begin(_ keys: [CacheKey]) {
        for key in keys { counts[key, default: 0] += 1 }
    }

    /// One invalidation is over; returns who waits to hear that all are.
    mutating func end(_ keys: [CacheKey]) -> [CheckedContinuation<Void, Never>] {
        for key in keys {
            let left = (counts[key] ?? 0) - 1
            counts[key] = left > 0 ? left : nil
        }
        guard counts.isEmpty else { return [] }
        defer { waiting = [] }
        return waiting
    }

    /// True when none is under way; otherwise the continuation is kept.
    mutating func isSettled(orResume continuation: CheckedContinuation<Void, Never>) -> Bool {
        if !counts.isEmpty { waiting.append(continuation) }
        return counts.isEmpty
    }
}
