import Cache
import Machine
import RateLimits
import Redis
import Telemetry
import Web

extension Cache {
    /// The cache of this node for Prometheus, by group and tier.
    var families: [MetricFamily] {
        var hits = MetricFamily("cache_hits_total", .counter, "Reads that a tier answered.")
        var misses = MetricFamily("cache_misses_total", .counter, "Reads that went to the source.")
        var joined = MetricFamily("cache_joined_total", .counter, "Reads that waited for a load at work.")
        var voided = MetricFamily("cache_invalidations_total", .counter, "Keys that were invalidated.")
        var failures = MetricFamily("cache_failures_total", .counter, "Loads and requests to Redis that failed.")
        var entries = MetricFamily("cache_entries", .gauge, "Values in memory.")
        var bytes = MetricFamily("cache_memory_bytes", .gauge, "Their bytes.")
        for (group, numbers) in numbers {
            hits.add(Double(numbers.memoryHits), ["group": group.name, "tier": "memory"])
            hits.add(Double(numbers.sharedHits), ["group": group.name, "tier": "redis"])
            misses.add(Double(numbers.loads + numbers.failures), ["group": group.name])
            joined.add(Double(numbers.joined), ["group": group.name])
            voided.add(Double(numbers.voided), ["group": group.name])
            failures.add(Double(numbers.failures), ["group": group.name, "tier": "source"])
            failures.add(Double(numbers.sharedFailures), ["group": group.name, "tier": "redis"])
            entries.add(Double(numbers.entries), ["group": group.name])
            bytes.add(Double(numbers.bytes), ["group": group.name])
        }
        return [hits, misses, joined, voided, failures, entries, bytes]
    }
}

extension DiskSpace {
    /// The disk that the process stands on for Prometheus.
    var families: [MetricFamily] {
        [
            MetricFamily("storytime_disk_free_bytes", .gauge, "Room on the disk of the working folder.", Double(free)),
            MetricFamily("storytime_disk_size_bytes", .gauge, "Size of that disk.", Double(total)),
        ]
    }
}

extension RateLimiterNumbers {
    /// The limits of this node for Prometheus.
    var families: [MetricFamily] {
        var refusals = MetricFamily("rate_limit_refused_total", .counter, "Requests that were refused, by limit.")
        // The others as well, at 0: a rate needs a beginning.
        for limit in RateLimit.all.map(\.name).sorted() { refusals.add(Double(refused[limit] ?? 0), ["limit": limit]) }
        let unshared = "Requests that this node counted for itself because Redis was away."
        return [
            refusals,
            MetricFamily("rate_limit_admitted_total", .counter, "Requests that were let in.", Double(admitted)),
            MetricFamily("rate_limit_unshared_total", .counter, unshared, Double(self.unshared)),
        ]
    }
}

extension RedisNumbers {
    /// The connection to Redis for Prometheus.
    var families: [MetricFamily] {
        let refused = "Commands that were not sent: Redis was down, or too many were on their way."
        return [
            MetricFamily("redis_connected", .gauge, "1 while a connection is open.", isConnected ? 1 : 0),
            MetricFamily("redis_commands_waiting", .gauge, "Commands that wait for a connection.", Double(waiting)),
            MetricFamily("redis_commands_in_flight", .gauge, "Commands whose answer is owed.", Double(inFlight)),
            MetricFamily("redis_connections_opened_total", .counter, "Connections opened.", Double(opened)),
            MetricFamily("redis_connections_lost_total", .counter, "Connections that broke.", Double(lost)),
            MetricFamily("redis_timeouts_total", .counter, "Commands not answered in time.", Double(timedOut)),
            MetricFamily("redis_refused_total", .counter, refused, Double(self.refused)),
        ]
    }
}
