import EventDelivery
import Events
import Postgres

/// The SQL of listeners and their cursors outside of a lane's run.
struct CursorStore: Sendable {
    let database: Database

    /// Makes a listener known and its cursors exist, and returns its lanes with their positions.
    ///
    /// The number of lanes is what the database says: it changes only while all lanes stand at one position.
    func register(_ listener: Listener) async throws -> [(lane: Lane, position: Int)] {
        try await database.transaction { tx in
            let hears = listener.hears?.map(\.rawValue)
            let rows = try await tx.query(
                """
                INSERT INTO events.listener (name, lanes, hears) VALUES (\(listener.name), \(listener.lanes), \(hears))
                ON CONFLICT (name) DO UPDATE SET hears = excluded.hears, seen_at = now()
                RETURNING lanes
                """
            )
            let lanes: Int = try rows[0]["lanes"]
            let fromBeginning = if case .beginning = listener.start { true } else { false }
            try await tx.execute(
                """
                INSERT INTO events.cursor (listener, lane, position)
                SELECT \(listener.name), lane,
                       CASE WHEN \(fromBeginning) THEN 0 ELSE (SELECT max(position) FROM events.tick) END
                FROM generate_series(0, \(lanes) - 1) AS lane
                ON CONFLICT DO NOTHING
                """
            )
            let count = try await Self.divide(listener, lanes: lanes, in: tx)
            return try await tx.query(
                "SELECT lane, position FROM events.cursor WHERE listener = \(listener.name) ORDER BY lane"
            ).map { (Lane(listener: listener.name, index: try $0["lane"], count: count), try $0["position"]) }
        }
    }

    /// Divides a listener into as many lanes as it declares, if all its lanes stand at one position with nothing held
    /// back; else leaves it as it is until they do. Locked rows keep other nodes' runs out.
    private static func divide(_ listener: Listener, lanes: Int, in tx: borrowing Transaction) async throws -> Int {
        guard lanes != listener.lanes else { return lanes }
        let rows = try await tx.query(
            "SELECT position, deviations FROM events.cursor WHERE listener = \(listener.name) FOR UPDATE"
        )
        let positions = Set(try rows.map { try $0["position"] as Int })
        let deviations = try rows.reduce(0) { try $0 + $1["deviations"] }
        guard positions.count == 1, deviations == 0, let position = positions.first else { return lanes }
        try await tx.execute("DELETE FROM events.cursor WHERE listener = \(listener.name)")
        try await tx.execute(
            """
            INSERT INTO events.cursor (listener, lane, position)
            SELECT \(listener.name), lane, \(position) FROM generate_series(0, \(listener.lanes) - 1) AS lane
            """
        )
        try await tx.execute("UPDATE events.listener SET lanes = \(listener.lanes) WHERE name = \(listener.name)")
        return listener.lanes
    }

    /// Position of the last event that has one.
    func head() async throws -> Int {
        try await database.read("SELECT max(position) AS head FROM events.tick").first.map { try $0["head"] } ?? 0
    }

    /// Events of the log between two positions, for whoever has missed them.
    func events(after position: Int, through last: Int) async throws -> [EventEnvelope] {
        try await database.read(
            """
            SELECT \(raw: EventEnvelope.columns), l.position
            FROM events.log l JOIN events.event e USING (seq)
            WHERE l.position > \(position) AND l.position <= \(last) ORDER BY l.position
            """
        ).map { try EventEnvelope($0) }
    }

    func lanesWithDueRetries() async throws -> Set<Lane> {
        let rows = try await database.read(
            """
            SELECT DISTINCT d.listener, d.lane, l.lanes
            FROM events.deviation d JOIN events.listener l ON l.name = d.listener
            WHERE d.state = 'retrying' AND d.next_attempt_at <= now()
            """
        )
        return Set(try rows.map { Lane(listener: try $0["listener"], index: try $0["lane"], count: try $0["lanes"]) })
    }

    /// Moves cursors of lanes that had nothing to do. A cursor that another node moved meanwhile, or that is being
    /// worked on, stays where it is.
    func advance(_ moves: [(lane: Lane, from: Int, to: Int)]) async throws {
        guard !moves.isEmpty else { return }
        var options = TransactionOptions()
        options.asynchronousCommit = true
        try await database.transaction(options) { tx in
            try await tx.execute(
                """
                UPDATE events.cursor c SET position = m.target, moved_at = now()
                FROM unnest(\(moves.map(\.lane.listener)), \(moves.map(\.lane.index)), \(moves.map(\.from)),
                            \(moves.map(\.to))) AS m (listener, lane, source, target)
                WHERE c.listener = m.listener AND c.lane = m.lane AND c.position = m.source
                """
            )
        }
    }

    /// Listeners that the database knows and this program does not, with work left.
    func vanished(known: [String]) async throws -> [String] {
        try await database.read(
            """
            SELECT l.name FROM events.listener l
            WHERE NOT l.name = ANY (\(known)) AND EXISTS (
                SELECT 1 FROM events.cursor c WHERE c.listener = l.name
                AND (c.deviations > 0 OR c.position < (SELECT max(position) FROM events.tick)))
            ORDER BY l.name
            """
        ).map { try $0["name"] }
    }
}
