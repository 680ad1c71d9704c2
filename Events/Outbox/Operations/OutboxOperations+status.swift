import EventDelivery
import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// The outbox at this moment.
    public func status() async throws -> OutboxStatus {
        let tick = try await database.read(
            """
            SELECT t.position, t.at, t.position > 0 AS any,
                   pg_snapshot_xmax(t.snapshot) > pg_snapshot_xmax(pg_current_snapshot()) AS clash,
                   (SELECT count(*) FROM events.event e WHERE e.xid >= pg_snapshot_xmax(t.snapshot))
                   + (SELECT count(*) FROM events.event e WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(t.snapshot))))
                   AS unplaced
            FROM events.tick t ORDER BY t.position DESC LIMIT 1
            """
        )
        guard let row = tick.first else { throw OutboxError.noTick }
        let hasBatch: Bool = try row["any"]
        let clash: Bool = try row["clash"]
        return OutboxStatus(
            head: try row["position"],
            unplaced: try row["unplaced"],
            lastBatchAt: hasBatch ? try row["at"] : nil,
            listeners: try await listenerStatus(),
            openTransactions: try await openTransactions(),
            stopped: clash ? "\(OutboxError.clusterChanged)" : nil
        )
    }

    /// The listeners at this moment, the one with the most waiting first.
    public func listenerStatus() async throws -> [ListenerStatus] {
        let known = Set(listeners.map(\.name))
        return try await database.read(
            """
            SELECT l.name, l.lanes, l.paused_by, min(c.position) AS position,
                   sum(w.waiting)::bigint AS waiting, min(e.recorded_at) AS since,
                   coalesce(max(d.retrying), 0) AS retrying, coalesce(max(d.parked), 0) AS parked,
                   coalesce(max(d.dead), 0) AS dead
            FROM events.listener l
            JOIN events.cursor c ON c.listener = l.name
            CROSS JOIN LATERAL (
                SELECT count(*) AS waiting, min(g.position) AS first FROM events.log g
                WHERE g.position > c.position AND g.slot % l.lanes = c.lane
                  AND (l.hears IS NULL OR g.name = ANY (l.hears))) w
            LEFT JOIN events.log g ON g.position = w.first
            LEFT JOIN events.event e ON e.seq = g.seq
            LEFT JOIN (
                SELECT listener, count(*) FILTER (WHERE state = 'retrying') AS retrying,
                       count(*) FILTER (WHERE state = 'parked') AS parked, count(*) FILTER (WHERE state = 'dead') AS dead
                FROM events.deviation GROUP BY listener) d ON d.listener = l.name
            GROUP BY l.name ORDER BY waiting DESC, l.name
            """
        ).map { row in
            let name: String = try row["name"]
            return ListenerStatus(
                name: name,
                lanes: try row["lanes"],
                position: try row["position"],
                waiting: try row["waiting"],
                waitingSince: try row["since"],
                retrying: try row["retrying"],
                parked: try row["parked"],
                dead: try row["dead"],
                pausedBy: try row["paused_by"],
                isKnown: known.contains(name)
            )
        }
    }

    private func openTransactions() async throws -> [OpenTransaction] {
        try await database.read(
            """
            SELECT pid, coalesce(application_name, '') AS application, coalesce(state, '') AS state,
                   extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
            FROM pg_stat_activity
            WHERE datname = current_database() AND backend_xid IS NOT NULL
              AND xact_start < clock_timestamp() - interval '5 seconds'
            ORDER BY xact_start
            """
        ).map {
            OpenTransaction(
                pid: try $0["pid"],
                application: try $0["application"],
                state: try $0["state"],
                seconds: try $0["seconds"]
            )
        }
    }
}
