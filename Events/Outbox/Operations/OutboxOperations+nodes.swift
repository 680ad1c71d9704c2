public import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// The nodes that are there, the oldest first.
    func nodeStatus(in tx: borrowing Transaction) async throws -> [NodeStatus] {
        try await tx.query(
            """
            SELECT n.boot, n.host, n.pid, n.version, n.roles, n.started_at, n.seen_at,
                   CASE WHEN l.holder = n.boot THEN l.fence END AS fence
            FROM events.node n, events.lease l ORDER BY n.started_at, n.boot
            """
        ).map {
            NodeStatus(
                boot: try $0["boot"],
                host: try $0["host"],
                pid: try $0["pid"],
                version: try $0["version"],
                roles: try $0["roles"],
                startedAt: try $0["started_at"],
                seenAt: try $0["seen_at"],
                fence: try $0["fence"]
            )
        }
    }

    /// Who sequences; nil when nobody does.
    func sequencerStatus(in tx: borrowing Transaction) async throws -> SequencerStatus? {
        try await tx.query(
            """
            SELECT l.holder, l.host, l.pid, l.fence, l.taken_at, \(raw: LeaseStore.remaining) / 1000.0::float8 AS remaining
            FROM events.lease l WHERE l.holder IS NOT NULL
            """
        ).first.map {
            SequencerStatus(
                boot: try $0["holder"],
                host: try $0["host"],
                pid: try $0["pid"],
                fence: try $0["fence"],
                since: try $0["taken_at"],
                remainingSeconds: try $0["remaining"]
            )
        }
    }
}

/// A process that takes part in the event path.
public struct NodeStatus: Sendable, Encodable {
    /// Made anew at every start.
    public let boot: UUID
    /// The machine.
    public let host: String
    /// The process on it.
    public let pid: Int
    /// Which build it runs.
    public let version: String
    /// What it does: `http`, `delivery`.
    public let roles: [String]
    /// When it was started.
    public let startedAt: Date
    /// When it last said that it is there. It does so every ten seconds, and is forgotten after a minute of silence.
    public let seenAt: Date
    /// The fence that it sequences under; nil when it does not.
    public let fence: Int?
}

/// The node whose turn it is to give events their positions.
public struct SequencerStatus: Sendable, Encodable {
    /// The node.
    public let boot: UUID
    /// Its machine.
    public let host: String
    /// Its process.
    public let pid: Int
    /// How often the right to sequence has been taken until now. Whoever has an older number writes nothing.
    public let fence: Int
    /// Since when it is this node's turn.
    public let since: Date
    /// How long it would stay that if the node fell silent now; zero when any other may take its place.
    public let remainingSeconds: Double
}
