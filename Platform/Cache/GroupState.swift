/// Decides, for one group on one node, who reads from memory, who waits for a load at work, and who loads.
///
/// A load carries its flight as a token. An invalidation takes the flight off the list, so whatever that load brings
/// reaches those who were waiting already, and neither memory nor anybody who asks later.
struct GroupState {
    /// What a reader has to do.
    enum Reading {
        case found((any Sendable)?)
        case join(Flight)
        case lead(Flight)
    }

    private var memory: MemoryTier
    private var flights: [CacheKey: Flight] = [:]
    var numbers = CacheNumbers()
    /// How often something was voided.
    private(set) var version = 0

    init(memory: Int) { self.memory = MemoryTier(bound: memory) }

    /// Somebody wants a value.
    mutating func read(_ key: CacheKey, now: ContinuousClock.Instant) -> Reading {
        if let value = memory.find(key, now: now) {
            numbers.memoryHits += 1
            return .found(value)
        }
        if let flight = flights[key] {
            numbers.joined += 1
            return .join(flight)
        }
        let flight = Flight()
        flights[key] = flight
        return .lead(flight)
    }

    /// A load has brought a value. False when an invalidation came in between, and the value is not kept.
    mutating func land(
        _ flight: Flight,
        _ value: (any Sendable)?,
        bytes: Int,
        for key: CacheKey,
        until expiry: ContinuousClock.Instant
    ) -> Bool {
        guard end(flight, for: key) else {
            numbers.rejected += 1
            return false
        }
        memory.keep(value, bytes: bytes, for: key, until: expiry)
        return true
    }

    /// A load is over. False when an invalidation came in between.
    @discardableResult
    mutating func end(_ flight: Flight, for key: CacheKey) -> Bool {
        guard flights[key] === flight else { return false }
        flights[key] = nil
        return true
    }

    /// What was read before now must not be used any longer.
    mutating func void(_ key: CacheKey) {
        version += 1
        memory.remove(key)
        flights[key] = nil
    }

    /// As `void`, for every key.
    mutating func voidAll() {
        version += 1
        memory.removeAll()
        flights = [:]
    }

    /// The counts, with what is in memory now.
    var snapshot: CacheNumbers {
        var numbers = numbers
        numbers.entries = memory.count
        numbers.bytes = memory.bytes
        return numbers
    }
}
