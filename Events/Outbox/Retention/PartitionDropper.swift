import Postgres

/// Takes partitions away without holding up anybody.
///
/// Dropping a partition outright wants a lock on the whole table that waits for every open transaction, with every
/// producer waiting behind it. Detaching concurrently waits alone; when it has waited long enough it is left half done,
/// which the next attempt finishes.
struct PartitionDropper: Sendable {
    private let session: Session

    /// Lends a dropper, unless another node has it. It has a connection of its own: detaching cannot be part of a
    /// transaction.
    static func with(
        _ configuration: DatabaseConfiguration,
        _ body: (PartitionDropper) async throws -> Void
    ) async throws {
        try await Session.with(configuration, role: "retention") { session in
            try await session.run("SET client_min_messages = warning; SET statement_timeout = '5s'")
            let rows = try await session.run("SELECT pg_try_advisory_lock(hashtext('events.retention'))")
            guard rows.first?.first == "t" else { return }
            try await body(PartitionDropper(session: session))
        }
    }

    /// Drops one partition. False when somebody still uses it, or the table; it is then tried again later.
    func drop(_ parent: String, first: Int) async throws -> Bool {
        let leaf = "events.\(parent)_\(first)"
        do {
            try await detach(leaf, from: "events.\(parent)")
            try await session.run(
                """
                BEGIN;
                SET LOCAL lock_timeout = '1s';
                DROP TABLE IF EXISTS \(leaf);
                \(parent == "log" ? Self.forget(first) : "")
                UPDATE events.partition SET dropped_at = now(), dropping_at = NULL
                WHERE parent = '\(parent)' AND first = \(first);
                COMMIT;
                """
            )
            return true
        } catch let error as DatabaseError where error.code == .timeout || error.sqlState == "40P01" {
            _ = try? await session.run("ROLLBACK")
            return false
        }
    }

    /// What was decided about events of the log's partition is of no use without them.
    private static func forget(_ first: Int) -> String {
        ["events.deviation", "events.edit"].map { table in
            """
            DELETE FROM \(table) d USING events.partition p
            WHERE p.parent = 'log' AND p.first = \(first) AND d.position BETWEEN p.first AND p.last;
            """
        }.joined(separator: "\n")
    }

    private func detach(_ leaf: String, from parent: String) async throws {
        let rows = try await session.run(
            "SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = to_regclass('\(leaf)')"
        )
        guard let isPending = rows.first?.first else { return }
        try await session.run(
            "ALTER TABLE \(parent) DETACH PARTITION \(leaf) \(isPending == "t" ? "FINALIZE" : "CONCURRENTLY")"
        )
    }
}
