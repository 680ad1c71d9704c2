import Cache
import Redis
import Synchronization

/// A key of the cache that is tested.
struct OneKey: KeyUnderTest {
    let cache: Cache
    let key: CacheKey

    func value(load: @escaping @Sendable () async throws -> Int?) async throws -> Int? {
        try await cache.value(for: key, load: load)
    }

    func invalidate() async { cache.invalidate([key]) }
    func forgetMemory() { cache.forgetMemory() }
}

/// Two tiers without tokens: look, load, put; delete when something changed.
final class NaiveCache: KeyUnderTest {
    private let redis: RedisClient
    private let key: RedisArgument
    private let memory = Mutex<Int?>(nil)

    init(_ redis: RedisClient, key: String) {
        self.redis = redis
        self.key = .text(key)
    }

    func value(load: @escaping @Sendable () async throws -> Int?) async throws -> Int? {
        if let known = memory.withLock({ $0 }) { return known }
        if let shared = try await redis.send(["GET", key]).asInteger() { return shared }
        guard let loaded = try await load() else { return nil }
        memory.withLock { $0 = loaded }
        try await redis.send(["SET", key, .integer(loaded)])
        return loaded
    }

    func invalidate() async {
        forgetMemory()
        _ = try? await redis.send(["DEL", key])
    }

    func forgetMemory() { memory.withLock { $0 = nil } }
}
