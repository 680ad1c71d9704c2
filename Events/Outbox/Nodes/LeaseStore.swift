import Postgres

/// The SQL of the lease.
struct LeaseStore: Sendable {
    let database: Database
    let node: NodeIdentity
    let timing: LeaseTiming

    /// The lease at this moment.
    func look() async throws -> Lease {
        let rows = try await database.read(
            """
            SELECT l.fence, CASE WHEN l.holder = \(node.boot) THEN 0 ELSE \(raw: Self.remaining) END AS remaining
            FROM events.lease l
            """
        )
        guard let row = rows.first else { throw OutboxError.noLease }
        return Lease(fence: try row["fence"], remaining: .milliseconds(try row["remaining"] as Int))
    }

    /// Takes the lease if it is free, and returns the new fence.
    ///
    /// The lock that batches hold comes first, in a statement of its own: who holds it afterwards sees the new fence, and
    /// who held it before has committed. The commit waits for the disk, so that no fence is given out twice.
    func take(listeningAs backend: Int?) async throws -> Int? {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(10)
        return try await database.transaction(options) { tx in
            tx.send("SELECT pg_advisory_xact_lock(\(raw: "\(Sequencer.lock)"))")
            return try await tx.query(
                """
                UPDATE events.lease l
                SET holder = \(node.boot), fence = l.fence + 1, host = \(node.host), pid = \(node.pid),
                    taken_at = clock_timestamp(), backend = \(backend),
                    backend_start = (SELECT a.backend_start FROM pg_stat_activity a WHERE a.pid = \(backend))
                WHERE l.holder = \(node.boot) OR \(raw: Self.remaining) = 0
                RETURNING l.fence, setval('events.lease_expiry', \(raw: Self.now) + \(timing.length.inMilliseconds))
                """
            ).first.map { try $0["fence"] }
        }
    }

    /// Makes the lease last longer; false when the fence is not the newest any more.
    func renew(_ fence: Int, listeningAs backend: Int?) async throws -> Bool {
        let rows = try await database.command(
            """
            WITH moved AS (
                UPDATE events.lease
                SET backend = \(backend),
                    backend_start = (SELECT a.backend_start FROM pg_stat_activity a WHERE a.pid = \(backend))
                WHERE fence = \(fence) AND holder = \(node.boot) AND backend IS DISTINCT FROM \(backend)
            )
            SELECT setval('events.lease_expiry', \(raw: Self.now) + \(timing.length.inMilliseconds))
            FROM events.lease WHERE fence = \(fence) AND holder = \(node.boot)
            """
        )
        return !rows.isEmpty
    }

    /// Gives the lease back and tells the others.
    func release(_ fence: Int) async throws {
        try await database.command(
            """
            WITH free AS (
                UPDATE events.lease SET holder = NULL WHERE fence = \(fence) AND holder = \(node.boot) RETURNING fence
            )
            SELECT pg_notify(\(OutboxChannel.released), fence::text) FROM free
            """
        )
    }

    // MARK: Words of the statements

    /// Milliseconds since the epoch, by the server's clock.
    static let now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint"

    private static let expiry = "(SELECT last_value FROM events.lease_expiry)"

    /// Milliseconds for which the lease `l` is its holder's. It is free at once when it was given back,
    /// or when the connection that the holder listens on is gone.
    static let remaining = """
        CASE WHEN l.holder IS NULL OR \(expiry) - \(now) > \(LeaseTiming.longest.inMilliseconds) THEN 0
             WHEN l.backend_start IS NOT NULL AND NOT EXISTS (
                 SELECT FROM pg_stat_activity a
                 WHERE a.pid = l.backend AND coalesce(a.backend_start, l.backend_start) = l.backend_start) THEN 0
             ELSE greatest(\(expiry) - \(now), 0) END
        """
}

extension Duration {
    /// Whole milliseconds.
    var inMilliseconds: Int { Int(components.seconds) * 1_000 + Int(components.attoseconds / 1_000_000_000_000_000) }
}
