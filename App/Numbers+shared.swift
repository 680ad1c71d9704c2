import Cache
import Machine
import RateLimits
import Redis
import Telemetry

extension Cache {
    /// The cache of this node for Prometheus.
    var families: [MetricFamily] {
        var reads = MetricFamily("cache_reads_total", .counter, "Reads by what they came to: the tier, or a load.")
        var voided = MetricFamily("cache_voided_total", .counter, "Keys that were invalidated.")
        var rejected = MetricFamily(
            "cache_rejected_total",
            .counter,
            "Values not kept, for an invalidation came between."
        )
        var failures = MetricFamily("cache_shared_failures_total", .counter, "Requests to Redis that failed.")
        var entries = MetricFamily("cache_entries", .gauge, "Values in memory.")
        var bytes = MetricFamily("cache_size_bytes", .gauge, "Their bytes.")
        for (group, numbers) in numbers {
            let outcomes = [
                ("memory", numbers.memoryHits), ("shared", numbers.sharedHits), ("joined", numbers.joined),
                ("load", numbers.loads), ("failure", numbers.failures),
            ]
            for (outcome, count) in outcomes { reads.add(Double(count), ["group": group.name, "outcome": outcome]) }
            voided.add(Double(numbers.voided), ["group": group.name])
            rejected.add(Double(numbers.rejected), ["group": group.name])
            failures.add(Double(numbers.sharedFailures), ["group": group.name])
            entries.add(Double(numbers.entries), ["group": group.name])
            bytes.add(Double(numbers.bytes), ["group": group.name])
        }
        return [reads, voided, rejected, failures, entries, bytes]
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
        for (limit, count) in refused.sorted(by: { $0.key < $1.key }) { refusals.add(Double(count), ["limit": limit]) }
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
