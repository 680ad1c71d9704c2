import EventDelivery
import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// The outbox at this moment, with the write transactions that have been open for longer than a limit.
    public func status(openFor limit: Duration = .seconds(5)) async throws -> OutboxStatus {
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
                stopped: isForeign ? "\(OutboxError.clusterChanged)" : nil
            )
        }
    }

    /// The log's end, and what is committed and not in it: all that the last whole batch has not seen, less what batches
    /// that were cut short have placed of it.
    private static let log: Statement = """
        SELECT t.position, t.at, \(raw: Sequencer.isForeign) AS is_foreign,
               (SELECT count(*) FROM events.event e WHERE e.xid >= pg_snapshot_xmax(w.snapshot))
               + (SELECT count(*) FROM events.event e WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(w.snapshot))))
               - (t.position - w.position) AS unplaced
        FROM (SELECT * FROM events.tick ORDER BY position DESC LIMIT 1) t,
             (SELECT * FROM events.tick WHERE goal IS NULL ORDER BY position DESC LIMIT 1) w, events.cluster c
        """

    private func openTransactions(for limit: Duration, in tx: borrowing Transaction) async throws -> [OpenTransaction] {
        try await tx.query(
            """
            SELECT * FROM (
                SELECT pid, coalesce(application_name, '') AS application, coalesce(state, '') AS state,
                       extract(epoch FROM clock_timestamp() - xact_start)::float8 AS seconds
                FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
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
                seconds: try $0["seconds"]
            )
        }
    }
}
