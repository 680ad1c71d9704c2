public import Logging
public import Redis
import Synchronization
public import Web

/// Counts requests against limits, for all nodes together in the Redis that they share.
///
/// Of any number of requests to any number of nodes exactly the quota is let in, in any stretch of time as long as the
/// window. Without Redis, or while it is away, each node counts for itself.
public final class RateLimiter: Sendable {
    private let shared: SharedWindows?
    private let own = Mutex(MemoryWindows())
    private let refusals = Mutex(KnownRefusals())
    private let counts = Mutex(RateLimiterNumbers())
    private let outages: OutageLog

    /// A limiter; without a Redis it counts this node's requests only. A request that has waited for Redis as long as
    /// `timeout` is counted by its node alone.
    public init(redis: RedisClient?, timeout: Duration = .milliseconds(250), logger: Logger) {
        shared = redis.map { SharedWindows(redis: $0, timeout: timeout) }
        outages = OutageLog(logger)
    }

    /// What it has done on this node.
    public var numbers: RateLimiterNumbers { counts.withLock { $0 } }

    /// Makes all of the charges if every limit has room for one request more, else none.
    public func admit(_ charges: [RateLimiting.Charge]) async -> RateLimiting.Verdict {
        let verdict = await decide(charges)
        counts.withLock { $0.count(charges, verdict) }
        return verdict
    }

    private func decide(_ charges: [RateLimiting.Charge]) async -> RateLimiting.Verdict {
        guard let shared else { return own.withLock { $0.admit(charges, now: .now) } }
        // What was refused stays so until its time has come, whatever others do: nobody is asked.
        if let verdict = refusals.withLock({ $0.verdict(on: charges, now: .now) }) { return verdict }
        do {
            let verdict = try await shared.admit(charges)
            outages.end()
            refusals.withLock { $0.note(verdict, on: charges, now: .now) }
            return verdict
        } catch {
            outages.begin(error)
            counts.withLock { $0.unshared += 1 }
            return own.withLock { $0.admit(charges, now: .now) }
        }
    }
}
