import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// The SQL of listeners and their cursors outside of a lane's run.
struct CursorStore: Sendable {
    let database: Database
    var memory = LogMemory()

    /// Makes a listener known and its cursors exist, and returns its lanes with their positions.
    ///
    /// The number of lanes is what the database says: it changes only while all lanes stand at one position. A program
    /// that knows the listener otherwise, because it is older, leaves it to this one from now on.
    func register(_ listener: Listener) async throws -> [(lane: Lane, position: Int)] {
        var options = TransactionOptions()
        // Dividing waits for the runs of other nodes.
        options.statementTimeout = .seconds(30)
        return try await database.transaction(options) { tx in
            let declared = try await Self.declare(listener, in: tx)
            let count = try await Self.divide(listener, lanes: declared, in: tx)
            return try await tx.query(
                "SELECT lane, position FROM events.cursor WHERE listener = \(listener.name) ORDER BY lane"
            ).map { (Lane(listener: listener.name, index: try $0["lane"], count: count), try $0["position"]) }
        }
    }

    /// Writes the listener down, with a cursor for each lane that has none, and returns the number of lanes in force.
    private static func declare(_ listener: Listener, in tx: borrowing Transaction) async throws -> Int {
        let fromBeginning = if case .beginning = listener.start { true } else { false }
        let rows = try await tx.query(
            """
            INSERT INTO events.listener (name, lanes, hears, starts_after)
            VALUES (\(listener.name), \(listener.lanes), \(listener.hears?.map(\.rawValue)),
                    CASE WHEN \(fromBeginning) THEN events.kept_from() - 1
                         ELSE (SELECT max(position) FROM events.tick) END)
            ON CONFLICT (name) DO UPDATE SET hears = excluded.hears, seen_at = now()
            RETURNING lanes
            """
        )
        tx.send(
            """
            INSERT INTO events.claim (listener, lane, position)
            SELECT name, lane, starts_after FROM events.listener, generate_series(0, lanes - 1) AS lane
            WHERE name = \(listener.name)
            ON CONFLICT DO NOTHING
            """
        )
        return try rows[0]["lanes"]
    }

    /// Divides a listener into as many lanes as it declares, if all its lanes stand at one position with nothing held
    /// back; else leaves it as it is until they do. Locked rows keep other nodes' runs out.
    private static func divide(_ listener: Listener, lanes: Int, in tx: borrowing Transaction) async throws -> Int {
        guard lanes != listener.lanes else { return lanes }
        tx.send("SELECT FROM events.claim WHERE listener = \(listener.name) FOR UPDATE")
        let rows = try await tx.query(
            "SELECT position, deviations FROM events.cursor WHERE listener = \(listener.name)"
        )
        let positions = Set(try rows.map { try $0["position"] as Int })
        let deviations = try rows.reduce(0) { try $0 + $1["deviations"] }
        guard positions.count == 1, deviations == 0, let position = positions.first else { return lanes }
        try await tx.execute("DELETE FROM events.claim WHERE listener = \(listener.name)")
        try await tx.execute(
            """
            INSERT INTO events.claim (listener, lane, position)
            SELECT \(listener.name), lane, \(position) FROM generate_series(0, \(listener.lanes) - 1) AS lane
            """
        )
        try await tx.execute("UPDATE events.listener SET lanes = \(listener.lanes) WHERE name = \(listener.name)")
        return listener.lanes
    }

    /// The server's incarnation; names it if nobody has yet.
    func incarnation() async throws -> UUID {
        let statement: Statement = "SELECT id FROM events.incarnation"
        while true {
            if let row = try await database.read(statement).first { return try row["id"] }
            try await database.transaction { tx in
                tx.send("INSERT INTO events.incarnation DEFAULT VALUES ON CONFLICT DO NOTHING")
            }
        }
    }

    /// Position of the last event that has one.
    func head() async throws -> Int {
        try await database.read("SELECT max(position) AS head FROM events.tick").first.map { try $0["head"] } ?? 0
    }

    /// Events of the log between two positions, for whoever has missed them.
    func events(after position: Int, through last: Int) async throws -> [EventEnvelope] {
        try await database.read(
            """
            SELECT \(raw: EventEnvelope.columns), e.position
            FROM events.page(\(position), \(last), 1, 0, NULL, \(last - position)) e ORDER BY e.position
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

    /// Moves cursors of lanes that had nothing to do, and returns the lanes whose cursor was moved. One that stands
    /// elsewhere, is being worked on, or belongs to a listener that was redefined stays where it is.
    func move(_ moves: [CursorMove]) async throws -> Set<Lane> {
        guard !moves.isEmpty else { return [] }
        var options = TransactionOptions()
        options.asynchronousCommit = true
        let rows = try await database.transaction(options) { tx in
            try await tx.query(
                """
                WITH free AS MATERIALIZED (
                    SELECT c.id, c.position, m.listener, m.lane, m.count, m.source, m.target
                    FROM unnest(\(moves.map(\.lane.listener)), \(moves.map(\.lane.index)), \(moves.map(\.lane.count)),
                                \(moves.map(\.hears)), \(moves.map(\.from)), \(moves.map(\.to)))
                         AS m (listener, lane, count, hears, source, target)
                    JOIN events.claim c ON c.listener = m.listener AND c.lane = m.lane
                    JOIN events.listener l ON l.name = c.listener AND l.lanes = m.count
                         AND array_to_string(l.hears, ' ') IS NOT DISTINCT FROM m.hears
                    WHERE \(memory.incarnation)::uuid IS NULL
                       OR \(memory.incarnation) = (SELECT id FROM events.incarnation)
                    FOR UPDATE OF c SKIP LOCKED
                ), there AS MATERIALIZED (
                    SELECT * FROM free WHERE coalesce(events.newest_move(id), position) = source
                ), moved AS (
                    INSERT INTO events.move (claim, position) SELECT id, target FROM there
                )
                SELECT listener, lane, count FROM there
                """
            )
        }
        return Set(try rows.map { Lane(listener: try $0["listener"], index: try $0["lane"], count: try $0["count"]) })
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
