/// How long the cache waits for Redis, and how it names things there.
public struct CacheConfiguration: Sendable {
    /// What every key in Redis begins with.
    public var prefix = "storytime:cache"
    /// How many bytes of values one node keeps in memory; each group has its share of it, as the table says.
    public var memory = CacheGroup.totalMemory
    /// How long a read waits for Redis before it goes to the source instead.
    public var sharedTimeout: Duration = .milliseconds(150)
    /// How long Redis may take to confirm an invalidation before this node stops to believe it. Whoever changed something
    /// waits for that.
    public var voidTimeout: Duration = .milliseconds(250)
    /// How long a load may take to have its value shared.
    public var leaseLifetime: Duration = .seconds(10)

    /// The defaults.
    public init() {}
}
