/// What one group of a cache has done on this node since it began.
public struct CacheNumbers: Sendable, Equatable {
    /// Reads answered from this node's memory.
    public internal(set) var memoryHits = 0
    /// Reads answered from Redis.
    public internal(set) var sharedHits = 0
    /// Reads that went to the source.
    public internal(set) var loads = 0
    /// Reads that waited for a load at work.
    public internal(set) var joined = 0
    /// Loads that failed.
    public internal(set) var failures = 0
    /// Keys that were invalidated.
    public internal(set) var voided = 0
    /// Values that were not kept because an invalidation came in between.
    public internal(set) var rejected = 0
    /// Requests to Redis that failed.
    public internal(set) var sharedFailures = 0
    /// Values in memory now.
    public internal(set) var entries = 0
    /// Their bytes.
    public internal(set) var bytes = 0

    /// Nothing yet.
    public init() {}

    /// How many reads there were.
    public var reads: Int { memoryHits + sharedHits + loads + joined + failures }
}
