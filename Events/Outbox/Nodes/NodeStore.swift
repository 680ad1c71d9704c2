import Postgres

/// The SQL of the nodes.
struct NodeStore: Sendable {
    let database: Database
    let node: NodeIdentity

    /// Says that this node is there, and forgets those that have been silent for a minute.
    func beat() async throws {
        let roles = node.roles.map(\.rawValue).sorted()
        try await database.transaction { tx in
            tx.send(
                """
                INSERT INTO events.node (boot, host, pid, version, roles, started_at)
                VALUES (\(node.boot), \(node.host), \(node.pid), \(node.version), \(roles), \(node.startedAt))
                ON CONFLICT (boot) DO UPDATE SET seen_at = now()
                """
            )
            tx.send("DELETE FROM events.node WHERE seen_at < now() - interval '1 minute'")
        }
    }

    /// Says that this node goes, and that it may have recorded something until the end.
    func leave() async throws {
        try await database.transaction { tx in
            tx.send("DELETE FROM events.node WHERE boot = \(node.boot)")
            _ = try await tx.query("SELECT pg_notify(\(OutboxChannel.recorded), '')")
        }
    }

    /// Says that this node has recorded something. In a transaction of its own: at COMMIT a NOTIFY takes a lock of the
    /// whole cluster, which must not be a producer's.
    func ring() async throws {
        try await database.command("SELECT pg_notify(\(OutboxChannel.recorded), '')")
    }
}
