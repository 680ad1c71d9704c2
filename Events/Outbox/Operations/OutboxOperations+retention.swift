import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// How much of the past is kept, who is furthest back, and when that becomes a matter of age or size.
    public func retentionStatus(_ policy: RetentionPolicy = RetentionPolicy()) async throws -> RetentionStatus {
        try await look { tx in try await retentionStatus(policy, in: tx) }
    }

    func retentionStatus(_ policy: RetentionPolicy, in tx: borrowing Transaction) async throws -> RetentionStatus {
        let row = try await tx.query(Self.kept)[0]
        let (bytes, perEvent): (Int, Double?) = (try row["bytes"], try row["bytes_per_event"])
        let rate = try await eventsPerSecond(in: tx)
        let growth = perEvent.map { $0 * rate }
        let fullAt = policy.bytes.flatMap { limit -> Date? in
            guard bytes < limit else { return Date() }
            return growth.flatMap { $0 > 0 ? Date(timeIntervalSinceNow: Double(limit - bytes) / $0) : nil }
        }
        return RetentionStatus(
            partitions: try row["partitions"],
            bytes: bytes,
            room: try row["room"],
            oldest: try await oldest(in: tx),
            bytesPerDay: growth.map { $0 * 86_400 },
            dropping: try row["dropping"],
            slowest: try await slowest(policy, rate: rate, fullAt: fullAt, in: tx)
        )
    }

    private static let kept: Statement = """
        SELECT count(*) FILTER (WHERE p.first <= events.used('event')) AS partitions,
               coalesce(sum(s.size), 0)::bigint AS bytes,
               coalesce(max(p.last), 0) - events.used('event') AS room,
               count(*) FILTER (WHERE p.dropping_at IS NOT NULL) AS dropping,
               (sum(s.size) FILTER (WHERE p.events > 0) / nullif(sum(p.events), 0))::float8 AS bytes_per_event
        FROM events.partition p
        CROSS JOIN LATERAL (SELECT pg_total_relation_size(to_regclass(events.leaf('event', p.first))) AS size) s
        WHERE p.parent = 'event' AND p.dropped_at IS NULL
        """

    private func oldest(in tx: borrowing Transaction) async throws -> Date? {
        let rows = try await tx.query("SELECT recorded_at FROM events.event ORDER BY seq LIMIT 1")
        return try rows.first.map { try $0["recorded_at"] }
    }

    /// How fast the log has grown in the last hour, or since its first batch if that is younger.
    private func eventsPerSecond(in tx: borrowing Transaction) async throws -> Double {
        try await tx.query(
            """
            SELECT (max(position) - coalesce(max(position) FILTER (WHERE at <= now() - interval '1 hour'), 0))
                   / greatest(1, least(3600, extract(epoch FROM now() - min(at) FILTER (WHERE position > 0))))::float8 AS rate
            FROM events.tick
            """
        )[0]["rate"]
    }

    private func slowest(
        _ policy: RetentionPolicy,
        rate: Double,
        fullAt: Date?,
        in tx: borrowing Transaction
    ) async throws -> RetentionHolder? {
        let rows = try await tx.query(
            """
            SELECT h.kind, h.name, h.after, head.position - h.after AS behind, e.recorded_at AS since,
                   (SELECT (max(m.position) - min(m.position)) / nullif(extract(epoch FROM now() - min(m.at)), 0)::float8
                    FROM events.move m JOIN events.claim c ON c.id = m.claim
                    WHERE h.kind = 'listener' AND c.listener = h.name AND m.at > now() - interval '10 minutes') AS speed
            FROM (SELECT * FROM events.hold ORDER BY after LIMIT 1) h
            CROSS JOIN (SELECT max(position) AS position FROM events.tick) head
            LEFT JOIN LATERAL events.page(h.after, h.after + 1, 1, 0, NULL, 1) e ON true
            WHERE h.after < head.position
            """
        )
        guard let row = rows.first else { return nil }
        let (behind, since): (Int, Date?) = (try row["behind"], try row["since"])
        let speed: Double? = try row["speed"]
        let gain = (speed ?? 0) - rate
        return RetentionHolder(
            kind: try row["kind"],
            name: try row["name"],
            position: try row["after"],
            since: since,
            behind: behind,
            caughtUpAt: gain > 0 ? Date(timeIntervalSinceNow: Double(behind) / gain) : nil,
            holdsFrom: since.map { $0.addingTimeInterval(policy.age.wholeSeconds) },
            fullAt: fullAt
        )
    }
}
