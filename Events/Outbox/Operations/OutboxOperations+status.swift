import EventDelivery
import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// The outbox at this moment, with the write transactions that have been open for longer than a limit.
    public func status(
        openFor limit: Duration = .seconds(5),
        retention policy: RetentionPolicy = RetentionPolicy()
    ) async throws -> OutboxStatus {
        try await look { tx in
            let rows = try await tx.query(Self.log)
            guard let row = rows.first else { throw OutboxError.noTick }
            let head: Int = try row["position"]
            let isForeign: Bool = try row["is_foreign"]
            return OutboxStatus(
                head: head,
                unplaced: try row["unplaced"],
                lastBatchAt: head > 0 ? try row["at"] : nil,
                listeners: try await listenerStatus(in: tx),
                nodes: try await nodeStatus(in: tx),
                sequencer: try await sequencerStatus(in: tx),
                openTransactions: try await openTransactions(for: limit, in: tx),
                stopped: isForeign ? "\(OutboxError.clusterChanged)" : nil,
                retention: try await retentionStatus(policy, in: tx),
                warnings: try row["is_guarded"] ? [] : [Self.unguarded]
            )
        }
    }

    private static let unguarded = """
        this role may not read which cluster it is in, so a copy of the database in another one would not be noticed; as \
        a superuser: GRANT EXECUTE ON FUNCTION pg_control_system() TO the role
        """

    /// The log's end, and what is committed and not in it: all that the last whole batch has not seen, less what batches
    /// that were cut short have placed of it.
    private static let log: Statement = """
        SELECT t.position, t.at, \(raw: Sequencer.isForeign()) AS is_foreign,
               s.system_identifier IS NOT NULL AS is_guarded,
               (SELECT count(*) FROM events.event e WHERE e.xid >= pg_snapshot_xmax(w.snapshot))
               + (SELECT count(*) FROM events.event e WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(w.snapshot))))
               - (t.position - w.position) AS unplaced
        FROM (SELECT * FROM events.tick ORDER BY position DESC LIMIT 1) t,
             (SELECT * FROM events.tick WHERE goal IS NULL ORDER BY position DESC LIMIT 1) w,
             events.cluster c, events.server s
        """

    private func openTransactions(for limit: Duration, in tx: borrowing Transaction) async throws -> [OpenTransaction] {
        try await tx.query(
            """
            WITH RECURSIVE activity AS MATERIALIZED (
                SELECT * FROM pg_stat_activity WHERE datname = current_database()
            ), blocked AS MATERIALIZED (
                SELECT pid, unnest(pg_blocking_pids(pid)) AS blocker FROM activity WHERE wait_event_type = 'Lock'
            ), behind AS (
                SELECT blocker, pid FROM blocked
                UNION SELECT behind.blocker, blocked.pid FROM behind JOIN blocked ON blocked.blocker = behind.pid
            )
            SELECT open.*, ARRAY(
                       SELECT format('pid %s (%s)', a.pid, a.application_name)
                       FROM behind JOIN activity a USING (pid)
                       WHERE behind.blocker = open.pid AND open.pid > 0 ORDER BY a.xact_start, a.pid
                   ) AS waiting
            FROM (
                SELECT pid, coalesce(application_name, '') AS application, coalesce(state, '') AS state,
                       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
                FROM activity WHERE backend_xid IS NOT NULL
                UNION ALL
                SELECT 0, gid, 'prepared', extract(epoch FROM clock_timestamp() - prepared)::float8
                FROM pg_prepared_xacts WHERE database = current_database()) open
            WHERE seconds >= \(Double(limit.components.seconds)) ORDER BY seconds DESC
            """
        ).map {
            OpenTransaction(
                pid: try $0["pid"],
                application: try $0["application"],
                state: try $0["state"],
                seconds: try $0["seconds"],
                waiting: try $0["waiting"]
            )
        }
    }
}
