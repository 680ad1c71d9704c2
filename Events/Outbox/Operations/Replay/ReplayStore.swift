import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// The SQL of replays.
enum ReplayStore {
    /// What a replay selects.
    struct Selection: Sendable {
        let listener: String
        /// Nil means every name.
        let names: [String]?
        let keys: [String]?

        var slots: [Int]? { keys?.map { OrderingKey(stored: $0).slot } }

        /// Of what was asked for, what the listener hears.
        init(_ listener: Listener, names: [String]?, keys: [String]?) {
            self.listener = listener.name
            let hears = listener.hears?.map(\.rawValue)
            if let names, let hears {
                self.names = names.filter(hears.contains)
            } else {
                self.names = names ?? hears
            }
            self.keys = keys
        }
    }

    /// A replay that this transaction has for itself.
    struct Claim: Sendable {
        let status: ReplayStatus
        /// Until its rate lets it go on, in seconds.
        let wait: Double
    }

    static func events(
        _ selection: Selection,
        after position: Int,
        through last: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.editedColumns), l.position
            FROM events.log l JOIN events.event e USING (seq)
            LEFT JOIN events.edit r ON r.listener = \(selection.listener) AND r.position = l.position
            WHERE l.position > \(position) AND l.position <= \(last)
              AND (\(selection.names)::text[] IS NULL OR l.name = ANY (\(selection.names)))
              AND (\(selection.keys)::text[] IS NULL OR l.slot = ANY (\(selection.slots)) AND e.key = ANY (\(selection.keys)))
            ORDER BY l.position LIMIT \(limit)
            """
        ).map { try EventEnvelope($0) }
    }

    /// Takes the replay; nil when somebody else drives it at this moment. The row lock is the only claim there is.
    static func claim(_ id: UUID, in tx: borrowing Transaction) async throws -> Claim? {
        let rows = try await tx.query(
            """
            SELECT \(raw: ReplayStatus.columns),
                   extract(epoch FROM r.due_at - clock_timestamp())::float8 AS wait
            FROM events.replay r WHERE r.id = \(id) FOR UPDATE SKIP LOCKED
            """
        )
        return try rows.first.map { Claim(status: try ReplayStatus($0), wait: try $0["wait"]) }
    }

    /// Moves a replay on; the statement travels with COMMIT. The time since BEGIN is what the batch took.
    static func move(_ id: UUID, to position: Int, by count: Int, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.replay SET position = \(position), delivered = delivered + \(count),
                   moved_at = clock_timestamp(), failed_at = NULL, error = NULL,
                   busy_seconds = busy_seconds + extract(epoch FROM clock_timestamp() - now())::float8,
                   due_at = CASE WHEN rate IS NULL THEN due_at
                                 ELSE greatest(due_at, now()) + make_interval(secs => \(Double(count)) / rate) END,
                   finished_at = CASE WHEN \(position) >= last THEN clock_timestamp() END
            WHERE id = \(id)
            """
        )
    }

    /// True while live traffic of the listener waits: it goes first. A paused listener's waits for an operator.
    static func liveTrafficWaits(for listener: String, in tx: borrowing Transaction) async throws -> Bool {
        try await tx.query(
            """
            SELECT EXISTS (
                SELECT FROM events.listener s JOIN events.cursor c ON c.listener = s.name
                JOIN events.log l ON l.position > c.position AND l.position <= c.position + 10000
                     AND l.slot % s.lanes = c.lane AND (s.hears IS NULL OR l.name = ANY (s.hears))
                WHERE s.name = \(listener) AND s.paused_at IS NULL) AS waits
            """
        )[0]["waits"]
    }
}
