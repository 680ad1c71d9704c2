/// What operators do with a cache, on every node and in Redis.
extension Cache {
    /// What each group has done on this node, by name.
    public var numbers: [(group: CacheGroup, numbers: CacheNumbers)] {
        rooms.map { ($0.key, $0.value.numbers) }.sorted { $0.0.name < $1.0.name }
    }

    /// What Redis holds for a key; nil when it holds nothing that would be used.
    public func peek(_ key: CacheKey) async throws -> CachePeek? {
        try await shared?.peek(key).map { CachePeek(bytes: $0.bytes, expiry: $0.expiry) }
    }

    /// Voids keys in Redis and in the memory of every node that listens; says how many those are.
    @discardableResult
    public func invalidateEverywhere(_ keys: [CacheKey]) async throws -> Int {
        guard let shared else { return 0 }
        forget(keys)
        try await shared.unlink(keys)
        return try await shared.tell(CacheNotice.keys(keys))
    }

    /// Voids all there is, in Redis and in the memory of every node that listens; says how many those are.
    @discardableResult
    public func invalidateAllEverywhere() async throws -> Int {
        guard let shared else { return 0 }
        forgetMemory()
        try await shared.renew()
        return try await shared.tell(CacheNotice.all)
    }

    /// Voids everything that this node has in memory, for when it may have missed an invalidation.
    public func forgetMemory() {
        for room in rooms.values { room.voidAll() }
    }

    /// Voids keys in this node's memory.
    func forget(_ keys: [CacheKey]) {
        for key in keys { room(of: key.group).void(key) }
    }
}
