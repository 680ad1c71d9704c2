import Postgres

extension OutboxOperations {
    /// Makes a database usable that came from another cluster: events without a position get the number of this
    /// transaction, and the log goes on from here. Positions, cursors and the order of what waits stay as they are.
    ///
    /// Returns how many events had no position. Run it while nothing is publishing.
    public func restamp(by operation: Operator) async throws -> Int {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(600)
        return try await database.transaction(options) { tx in
            try await tx.query("SELECT pg_advisory_xact_lock(\(Sequencer.lock))")
            // Waits for writers at work and holds off new ones: afterwards every event's transaction is over.
            try await tx.query("LOCK TABLE events.event IN SHARE ROW EXCLUSIVE MODE")
            let count = try await tx.execute(
                """
                UPDATE events.event e SET xid = pg_current_xact_id()
                WHERE NOT EXISTS (SELECT 1 FROM events.log l WHERE l.seq = e.seq)
                """
            )
            try await tx.execute(
                """
                UPDATE events.event e SET xid = '3'
                WHERE xid >= pg_current_xact_id() AND EXISTS (SELECT 1 FROM events.log l WHERE l.seq = e.seq)
                """
            )
            // "Before this transaction": all that it stamped, and all that comes after it, is new.
            try await tx.execute(
                """
                UPDATE events.tick SET snapshot = format('%s:%s:', pg_current_xact_id(), pg_current_xact_id())::pg_snapshot
                WHERE position = (SELECT max(position) FROM events.tick)
                """
            )
            try await tx.execute(
                "UPDATE events.cluster SET system_identifier = (SELECT system_identifier FROM pg_control_system())"
            )
            Self.log("restamp", "\(count) events", by: operation, in: tx)
            return count
        }
    }
}
