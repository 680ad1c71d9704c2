/// The keys whose invalidation Redis has not confirmed yet.
struct VoidsUnderWay {
    /// One invalidation.
    struct Invalidation: Sendable {
        let number: Int
        let keys: [CacheKey]
    }

    private struct Waiter {
        let newest: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    /// The number of the last one that began.
    private(set) var newest = 0
    private var numbers: Set<Int> = []
    private var counts: [CacheKey: Int] = [:]
    private var waiting: [Waiter] = []

    func contains(_ key: CacheKey) -> Bool { counts[key] != nil }

    mutating func begin(_ keys: [CacheKey]) -> Invalidation {
        newest += 1
        numbers.insert(newest)
        for key in keys { counts[key, default: 0] += 1 }
        return Invalidation(number: newest, keys: keys)
    }

    /// One is over; returns who waited for it and those before it.
    mutating func end(_ invalidation: Invalidation) -> [CheckedContinuation<Void, Never>] {
        numbers.remove(invalidation.number)
        for key in invalidation.keys {
            let left = (counts[key] ?? 0) - 1
            counts[key] = left > 0 ? left : nil
        }
        guard !waiting.isEmpty else { return [] }
        let oldest = numbers.min() ?? .max
        let released = waiting.filter { $0.newest < oldest }
        waiting.removeAll { $0.newest < oldest }
        return released.map(\.continuation)
    }

    /// True when nothing has begun after `number`, or nothing at all is under way; otherwise the continuation is kept
    /// until everything that has begun by now is over.
    mutating func isSettled(after number: Int, orResume continuation: CheckedContinuation<Void, Never>) -> Bool {
        if newest == number || numbers.isEmpty { return true }
        waiting.append(Waiter(newest: newest, continuation: continuation))
        return false
    }
}
