/// The values that one node has in memory, bounded by their bytes and by age.
///
/// What was used lately is kept: values live in two halves, whatever is read or written moves to the young one, and when
/// that is full the old one is dropped as a whole.
struct MemoryTier {
    private struct Entry {
        let value: (any Sendable)?
        let cost: Int
        let expiry: ContinuousClock.Instant
    }

    /// What each entry costs beside its value, about: the key twice and the tables' own share.
    private static let overhead = 200

    private let bound: Int
    private var young: [CacheKey: Entry] = [:]
    private var old: [CacheKey: Entry] = [:]
    private var youngBytes = 0
    private var oldBytes = 0

    init(bound: Int) { self.bound = bound }

    var bytes: Int { youngBytes + oldBytes }
    var count: Int { young.count + old.count }

    /// The value, perhaps that there is none; nil when it is not known here.
    mutating func find(_ key: CacheKey, now: ContinuousClock.Instant) -> (any Sendable)?? {
        if let entry = young[key] {
            if entry.expiry > now { return .some(entry.value) }
            remove(key)
        } else if let entry = old[key] {
            remove(key)
            guard entry.expiry > now else { return nil }
            insert(entry, for: key)
            return .some(entry.value)
        }
        return nil
    }

    /// Keeps a value, unless it alone would push out half of the others.
    mutating func keep(_ value: (any Sendable)?, bytes: Int, for key: CacheKey, until expiry: ContinuousClock.Instant) {
        remove(key)
        let cost = bytes + Self.overhead
        guard cost <= bound / 2 else { return }
        insert(Entry(value: value, cost: cost, expiry: expiry), for: key)
    }

    mutating func remove(_ key: CacheKey) {
        if let entry = young.removeValue(forKey: key) { youngBytes -= entry.cost }
        if let entry = old.removeValue(forKey: key) { oldBytes -= entry.cost }
    }

    mutating func removeAll() { self = MemoryTier(bound: bound) }

    private mutating func insert(_ entry: Entry, for key: CacheKey) {
        if youngBytes + entry.cost > bound / 2 {
            old = young
            oldBytes = youngBytes
            young = [:]
            youngBytes = 0
        }
        young[key] = entry
        youngBytes += entry.cost
    }
}
