import EventDelivery
import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// How many positions of each lane are looked through to count what waits; more would take too long just when a
    /// backlog makes somebody ask.
    private static let window = 10_000

    /// The listeners at this moment, the one with the most waiting first.
    public func listenerStatus() async throws -> [ListenerStatus] {
        try await look { tx in try await listenerStatus(in: tx) }
    }

    func listenerStatus(in tx: borrowing Transaction) async throws -> [ListenerStatus] {
        let known = Set(listeners.map(\.name))
        return try await tx.query(
            """
            WITH head AS MATERIALIZED (SELECT max(position) AS position FROM events.tick)
            SELECT l.name, l.lanes, l.paused_by, l.pause_reason, min(c.position) AS position,
                   greatest(max(head.position - c.position), 0) AS behind, sum(w.waiting)::bigint AS waiting,
                   max(head.position - c.position) <= \(Self.window) AS is_counted, min(e.recorded_at) AS since,
                   coalesce(max(d.retrying), 0) AS retrying, coalesce(max(d.parked), 0) AS parked,
                   coalesce(max(d.dead), 0) AS dead, min(s.failure) AS failure, min(s.failing_since) AS failing_since
            FROM events.listener l
            JOIN events.cursor c ON c.listener = l.name
            CROSS JOIN head
            CROSS JOIN LATERAL (
                SELECT count(*) AS waiting, min(g.position) AS first FROM events.log g
                WHERE g.position > c.position AND g.position <= c.position + \(Self.window)
                  AND g.slot % l.lanes = c.lane AND (l.hears IS NULL OR g.name = ANY (l.hears))) w
            LEFT JOIN events.log g ON g.position = w.first
            LEFT JOIN events.event e ON e.seq = g.seq
            LEFT JOIN (
                SELECT listener, count(*) FILTER (WHERE state = 'retrying') AS retrying,
                       count(*) FILTER (WHERE state = 'parked') AS parked, count(*) FILTER (WHERE state = 'dead') AS dead
                FROM events.deviation GROUP BY listener) d ON d.listener = l.name
            LEFT JOIN events.lane_lease s ON s.listener = c.listener AND s.lane = c.lane
            GROUP BY l.name ORDER BY greatest(max(head.position - c.position), 0) > \(Self.window) DESC, waiting DESC, l.name
            """
        ).map { try ListenerStatus($0, isKnown: known.contains(try $0["name"])) }
    }
}

extension ListenerStatus {
    fileprivate init(_ row: Row, isKnown: Bool) throws {
        name = try row["name"]
        lanes = try row["lanes"]
        position = try row["position"]
        behind = try row["behind"]
        waiting = try row["waiting"]
        isCounted = try row["is_counted"]
        waitingSince = try row["since"]
        retrying = try row["retrying"]
        parked = try row["parked"]
        dead = try row["dead"]
        pausedBy = try row["paused_by"]
        pauseReason = try row["pause_reason"]
        failure = try row["failure"]
        failingSince = try row["failing_since"]
        self.isKnown = isKnown
    }
}
