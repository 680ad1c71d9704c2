/// What one group of a cache has done on this node since it began.
public struct CacheNumbers: Sendable, Equatable, Codable {
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
    /// Reads that did not go to the source, from 0 to 1; nil when there were none.
    public var hitRate: Double? { reads == 0 ? nil : Double(reads - loads - failures) / Double(reads) }

    /// What two nodes have done together.
    public static func + (a: CacheNumbers, b: CacheNumbers) -> CacheNumbers {
        var sum = CacheNumbers()
        for field in fields { sum[keyPath: field] = a[keyPath: field] + b[keyPath: field] }
        return sum
    }

    private static var fields: [WritableKeyPath<CacheNumbers, Int>] {
        [
            \.memoryHits, \.sharedHits, \.loads, \.joined, \.failures, \.voided, \.rejected, \.sharedFailures,
            \.entries, \.bytes,
        ]
    }
}
