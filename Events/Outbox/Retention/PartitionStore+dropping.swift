import Postgres

extension PartitionStore {
    /// True of the sealed partition `p` when somebody still needs an event of it.
    private static let isHeld = """
        EXISTS (SELECT FROM events.hold h WHERE h.after < p.last_position AND h.through >= p.first_position)
        """

    /// Partitions that are old enough, or too much, and that nobody needs any more; the oldest first.
    func due(in tx: borrowing Transaction) async throws -> [Partition] {
        try await tx.query(
            """
            SELECT \(raw: Partition.columns) FROM (
                SELECT p.*, sum(coalesce(p.bytes, pg_total_relation_size(to_regclass(events.leaf('event', p.first)))))
                       FILTER (WHERE p.restored_at IS NULL) OVER (ORDER BY p.first DESC) AS newer_bytes
                FROM events.partition p WHERE p.parent = 'event' AND p.dropped_at IS NULL) p
            WHERE p.sealed_at IS NOT NULL AND NOT \(raw: Self.isHeld)
              AND coalesce(p.last_position, 0) <= (SELECT max(position) FROM events.tick) - \(tail)
              AND CASE WHEN p.restored_at IS NOT NULL
                       THEN p.restored_at < now() - make_interval(secs => \(policy.restored.wholeSeconds))
                       ELSE coalesce(p.newest, p.sealed_at) < now() - make_interval(secs => \(policy.age.wholeSeconds))
                            OR p.newer_bytes > \(policy.bytes) END
            ORDER BY p.first
            """
        ).map { try Partition($0) }
    }

    /// Decides that a partition goes, unless somebody has come to need it meanwhile. Whoever begins a replay after that
    /// is told that the events are gone.
    func giveUp(_ partition: Partition) async throws -> Bool {
        do {
            try await database.transaction { tx in
                try await tx.execute(
                    """
                    UPDATE events.partition SET dropping_at = coalesce(dropping_at, now())
                    WHERE parent = 'event' AND first = \(partition.first)
                    """
                )
                // A statement of its own: it sees a replay that the update has waited for.
                let rows = try await tx.query(
                    """
                    SELECT FROM events.partition p
                    WHERE p.parent = 'event' AND p.first = \(partition.first) AND \(raw: Self.isHeld)
                    """
                )
                if !rows.isEmpty { throw StillNeeded() }
            }
            return true
        } catch is StillNeeded {
            return false
        }
    }

    private struct StillNeeded: Error {}

    /// Partitions that were given up and are still there.
    func dropping() async throws -> [Partition] {
        try await database.read(
            """
            SELECT \(raw: Partition.columns) FROM events.partition p
            WHERE p.parent = 'event' AND p.dropping_at IS NOT NULL AND p.dropped_at IS NULL
              AND NOT \(raw: Self.isHeld) ORDER BY p.first
            """
        ).map { try Partition($0) }
    }

    /// Gives up the log's partitions whose events are all gone, and returns their first positions.
    func giveUpLogs() async throws -> [Int] {
        try await database.transaction(Self.options) { tx in
            try await tx.query(
                """
                UPDATE events.partition p SET dropping_at = coalesce(p.dropping_at, now())
                WHERE p.parent = 'log' AND p.dropped_at IS NULL
                  AND p.last <= (SELECT max(position) FROM events.tick) - \(tail)
                  AND NOT EXISTS (
                      SELECT FROM events.partition e
                      WHERE e.parent = 'event' AND e.dropped_at IS NULL AND e.first_position <= p.last
                        AND (e.sealed_at IS NULL OR e.last_position >= p.first))
                RETURNING p.first
                """
            ).map { try $0["first"] as Int }.sorted()
        }
    }

    /// Remembers where a partition was archived.
    func noteArchive(_ partition: Partition, _ file: String) async throws {
        try await database.transaction { tx in
            _ = try await tx.execute(
                """
                UPDATE events.partition SET archived_at = now(), archive = \(file)
                WHERE parent = 'event' AND first = \(partition.first)
                """
            )
        }
    }
}
