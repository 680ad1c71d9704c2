import Postgres

/// The SQL of partitions: which lie ready, which are full, which may go.
struct PartitionStore: Sendable {
    let database: Database
    let policy: RetentionPolicy
    /// How many of the newest events volatile listeners may still read.
    let tail: Int

    /// Makes partitions ahead of need. Returns how many.
    @discardableResult
    func extend() async throws -> Int {
        try await database.transaction(Self.options) { tx in
            try await tx.query("SELECT events.extend(\(policy.partitionSize), \(policy.ahead)) AS made")[0]["made"]
        }
    }

    /// Notes which partitions the numbers have gone past.
    func close() async throws {
        try await database.transaction { tx in _ = try await tx.query("SELECT events.close_partitions()") }
    }

    /// Ends the partition in use when it is not full and its first event is old enough: its other numbers stay unused.
    func endByAge() async throws {
        var left = 1
        while left > 0 {
            left = try await database.transaction(Self.options) { tx in
                let rows = try await tx.query(
                    """
                    SELECT events.skip_numbers(p.last, 50000) AS remaining
                    FROM events.partition p CROSS JOIN LATERAL (
                        SELECT e.recorded_at FROM events.event e WHERE e.seq BETWEEN p.first AND p.last
                        ORDER BY e.seq LIMIT 1) oldest
                    WHERE p.parent = 'event' AND p.first <= events.used('event') AND events.used('event') < p.last
                      AND p.sealed_at IS NULL
                      AND oldest.recorded_at < now() - make_interval(secs => \(policy.partitionAge.wholeSeconds))
                      AND pg_try_advisory_xact_lock(hashtext('events.skip_numbers'))
                    """
                )
                return try rows.first.map { try $0["remaining"] } ?? 0
            }
        }
    }

    /// Seals what is closed and placed. Returns how many partitions.
    @discardableResult
    func seal() async throws -> Int {
        let closed = try await database.read(
            """
            SELECT first FROM events.partition
            WHERE parent = 'event' AND sealed_at IS NULL AND closed_at IS NOT NULL ORDER BY first
            """
        ).map { try $0["first"] as Int }
        var count = 0
        for first in closed {
            let isSealed: Bool = try await database.transaction(Self.options) { tx in
                try await tx.query("SELECT events.seal(\(first)) AS is_sealed")[0]["is_sealed"]
            }
            if isSealed { count += 1 }
        }
        return count
    }

    /// Folds the moves of cursors, and the batches, when they have grown. A table that is in use stays for the next time.
    func fold() async throws {
        let rows = try await database.read(
            """
            SELECT pg_table_size('events.move') + pg_table_size('events.claim') AS moves,
                   pg_table_size('events.tick') AS ticks
            """
        )
        try await fold("SELECT events.fold_cursors()", taking: try rows[0]["moves"], of: policy.foldBytes)
        // What is kept of a month takes about six megabytes.
        let ticks: Statement = "SELECT events.fold_ticks(make_interval(secs => \(policy.age.wholeSeconds)))"
        try await fold(ticks, taking: try rows[0]["ticks"], of: policy.foldBytes * 3)
    }

    private func fold(_ statement: Statement, taking bytes: Int, of limit: Int) async throws {
        guard bytes > limit else { return }
        var options = Self.options
        // Lanes that come meanwhile wait behind us, so we do not wait long; longer the more there is to fold.
        options.lockTimeout = .milliseconds(min(1_000, 50 * bytes / max(1, limit)))
        do {
            try await database.transaction(options) { tx in _ = try await tx.query(statement) }
        } catch let error as DatabaseError where error.sqlState == "55P03" {}
    }

    static var options: TransactionOptions {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(600)
        return options
    }
}
