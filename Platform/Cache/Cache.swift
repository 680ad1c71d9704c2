public import Logging
public import Redis
import Synchronization

/// Values that are costly to read, kept in two tiers: this node's memory and, if there is one, a Redis that all nodes
/// share.
///
/// A read that begins after an invalidation has returned never sees a value from before it: not when a slow load brings
/// one, and not when Redis was away during the invalidation. Without Redis, or while it is down, everything works from
/// memory and the source.
public final class Cache: Sendable {
    let shared: SharedTier?
    private let groups = Mutex<[CacheGroup: CacheRoom]>([:])
    private let memory: Int
    private let logger: Logger

    /// A cache; without a Redis it is this node's memory only.
    public init(redis: RedisClient?, configuration: CacheConfiguration = CacheConfiguration(), logger: Logger) {
        shared = redis.map { SharedTier($0, configuration) }
        memory = configuration.memory
        self.logger = logger
    }

    /// Whether reads go to the source here, so that whoever knows a shorter way there than one key at a time can take it.
    public static var isBypassed: Bool { bypasses }
    @TaskLocal private static var bypasses = false

    /// Begins to use Redis, so that the first values are shared already; one that is away can wait until later.
    public func start() async { await shared?.start() }

    /// Runs a body whose reads all go to the source: for whoever decides by what is true now, or has to see a write that
    /// this node may not have heard of yet.
    public static func bypassed<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        try await $bypasses.withValue(true, operation: body)
    }

    /// The value of a key, loaded if need be; nil when there is no such thing, which is remembered too.
    ///
    /// However many ask at once, one load runs on this node. It must read the primary, not a replica, or what it brings
    /// may be older than an invalidation before it. A load that fails is remembered by nobody.
    public func value<Value: Sendable>(
        for key: CacheKey,
        as codec: CacheCodec<Value>,
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        if Self.isBypassed { return try await load() }
        let room = room(of: key.group)
        while true {
            let flight: Flight
            switch room.read(key) {
            case .found(let value): return try await cast(value, for: key, load)
            case .join(let running): flight = running
            case .lead(let new):
                flight = new
                new.begin { await self.fly(new, key, room, codec, load) }
            }
            do {
                return try await cast(flight.wait(), for: key, load)
            } catch is Flight.Abandoned {
                room.end(flight, for: key)
            }
        }
    }

    /// As ``value(for:as:load:)``, with JSON for Redis.
    public func value<Value: Sendable & Codable>(
        for key: CacheKey,
        load: @escaping @Sendable () async throws -> Value?
    ) async throws -> Value? {
        try await value(for: key, as: .json, load: load)
    }

    /// Voids keys: whoever reads them on this node after this has returned sees what the source says from now on.
    ///
    /// Call it after the commit, on every node: a `.volatile` listener does both. It neither waits nor fails: until Redis
    /// has heard of it, this node does without what Redis holds for these keys.
    public func invalidate(_ keys: [CacheKey]) {
        guard !keys.isEmpty else { return }
        let invalidation = shared?.beginVoid(keys)
        forget(keys)
        guard let shared, let invalidation else { return }
        // Free-standing: Redis is told in its own time, and a caller who is cancelled must not leave old values there.
        Task { await shared.end(invalidation) }
    }

    /// A number that rises whenever a key of the group is voided on this node, whoever does it.
    ///
    /// What was made of its values may be kept for as long as the number is the one that was read before it was begun. What
    /// is made of several groups has the sum of their numbers.
    public func version(of group: CacheGroup) -> @Sendable () -> Int {
        let room = room(of: group)
        return { room.version }
    }

    /// Runs a body and then waits until Redis has confirmed the invalidations that came up meanwhile, or is known not to
    /// have: for no longer than ``CacheConfiguration/voidTimeout`` allows, and not at all when there were none.
    public func settling<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        guard let shared else { return try await body() }
        let before = shared.newestVoid
        do {
            let result = try await body()
            await shared.settle(after: before)
            return result
        } catch {
            await shared.settle(after: before)
            throw error
        }
    }

    /// Waits until Redis has confirmed every invalidation so far, or is known not to have.
    public func settle() async { await shared?.settle() }

    // MARK: Loading

    private func fly<Value: Sendable>(
        _ flight: Flight,
        _ key: CacheKey,
        _ room: CacheRoom,
        _ codec: CacheCodec<Value>,
        _ load: @Sendable () async throws -> Value?
    ) async {
        let (known, lease) = await look(key, room, codec)
        if let known {
            room.land(flight, known.value, bytes: known.bytes, for: key, lifetime: known.lifetime)
            return flight.end(.success(known.value))
        }
        do {
            let value = try await load()
            room.count { $0.loads += 1 }
            let bytes = try? value.map(codec.encode)
            let lifetime = (value == nil ? key.group.absenceLifetime : key.group.lifetime).jittered
            // A value that cannot be encoded is given to those who wait and kept nowhere.
            let isKept = value == nil || bytes != nil
            if isKept {
                room.land(flight, value, bytes: bytes?.count ?? 0, for: key, lifetime: lifetime)
            } else {
                room.end(flight, for: key)
            }
            flight.end(.success(value))
            if isKept, let lease { await share(key, room, lease, bytes, lifetime) }
        } catch {
            room.count { $0.failures += 1 }
            room.end(flight, for: key)
            flight.end(.failure(error))
        }
    }

    private struct Known<Value: Sendable> {
        let value: Value?
        let bytes: Int
        let lifetime: Duration
    }

    private func look<Value: Sendable>(
        _ key: CacheKey,
        _ room: CacheRoom,
        _ codec: CacheCodec<Value>
    ) async -> (Known<Value>?, SharedTier.Lease?) {
        guard let shared else { return (nil, nil) }
        do {
            switch try await shared.find(key) {
            case .missing(let lease): return (nil, lease)
            case .found(let found):
                let value = try found.bytes.map(codec.decode)
                room.count { $0.sharedHits += 1 }
                let lifetime = Duration.milliseconds(found.expiry - SharedTier.now())
                return (Known(value: value, bytes: found.bytes?.count ?? 0, lifetime: lifetime), nil)
            }
        } catch {
            // What this build cannot decode is of no use to it, nor to the next.
            if !(error is RedisError || error is CancellationError) { await shared.discard(key) }
            room.count { $0.sharedFailures += 1 }
            return (nil, nil)
        }
    }

    private func share(
        _ key: CacheKey,
        _ room: CacheRoom,
        _ lease: SharedTier.Lease,
        _ bytes: [UInt8]?,
        _ lifetime: Duration
    ) async {
        do {
            guard let shared, try await !shared.fill(key, with: lease, bytes: bytes, lifetime: lifetime) else { return }
            room.count { $0.rejected += 1 }
        } catch {
            room.count { $0.sharedFailures += 1 }
        }
    }

    // MARK: Groups

    var rooms: [CacheGroup: CacheRoom] { groups.withLock { $0 } }

    func room(of group: CacheGroup) -> CacheRoom {
        groups.withLock { groups in
            if let room = groups[group] { return room }
            let room = CacheRoom(group, in: memory)
            groups[group] = room
            return room
        }
    }

    /// Two readers of one key that want different types do not share it; each gets its own.
    private func cast<Value: Sendable>(
        _ value: (any Sendable)?,
        for key: CacheKey,
        _ load: @Sendable () async throws -> Value?
    ) async throws -> Value? {
        guard let value else { return nil }
        if let value = value as? Value { return value }
        logger.warning("cache key used with two types", metadata: ["key": "\(key)"])
        return try await load()
    }
}
