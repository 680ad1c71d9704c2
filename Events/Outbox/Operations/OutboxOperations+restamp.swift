import Postgres

extension OutboxOperations {
    /// Makes a database usable that came from another cluster: events without a position get the number of this
    /// transaction, and the log goes on from here. Positions, cursors and the order of what waits stay as they are.
    ///
    /// Returns how many events had no position. Writers wait meanwhile; nothing of theirs is lost.
    public func restamp(by operation: Operator) async throws -> Int {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(3_600)
        return try await database.transaction(options) { tx in
            try await tx.query("SELECT pg_advisory_xact_lock(\(Sequencer.lock))")
            // Waits for writers at work and holds off new ones: afterwards every event's transaction is over.
            try await tx.query("LOCK TABLE events.event IN SHARE ROW EXCLUSIVE MODE")
            let count = try await tx.execute(
                """
                UPDATE events.event e SET xid = pg_current_xact_id()
                WHERE e.seq >= \(raw: Sequencer.floor) AND NOT EXISTS (SELECT 1 FROM events.log l WHERE l.seq = e.seq)
                """
            )
            try await tx.query(Self.goOn)
            tx.send(
                """
                UPDATE events.cluster SET system_identifier = s.system_identifier, timeline = s.timeline,
                       epoch = s.epoch, noted_at = now()
                FROM events.server s
                """
            )
            Self.log("restamp", "\(count) events", by: operation, in: tx)
            return count
        }
    }

    /// From here on everything is new that was not over when this statement began: what this transaction has stamped,
    /// and what comes of transactions that have a number already and no event yet. So nothing of that range may bear a
    /// position: what does becomes as old as can be.
    private static let goOn: Statement = """
        WITH border AS MATERIALIZED (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid), older AS (
            UPDATE events.event e SET xid = '3'
            FROM border WHERE e.xid >= border.xid AND e.seq >= \(raw: Sequencer.floor) AND EXISTS (SELECT 1 FROM events.log l WHERE l.seq = e.seq)
        )
        UPDATE events.tick t SET goal = NULL, seq = NULL, snapshot = format('%s:%s:', border.xid, border.xid)::pg_snapshot
        FROM border WHERE t.position = (SELECT max(position) FROM events.tick)
        """
}
