import EventDelivery
import Events
import Postgres
import StrictJSON

/// The SQL of a rebuild. Names of tables and columns were checked when they were declared.
enum RebuildStore {
    /// Where a listener's lanes stand: what it has handled, and so what a rebuild hands over.
    struct Lanes: Sendable {
        let startsAfter: Int
        /// Positions by lane.
        let positions: [Int]
    }

    /// Takes all lanes of a listener, as a run of each would, and keeps other writers off its tables. Readers go on.
    ///
    /// The positions are read by a statement of their own, after the locks: lanes were at work before.
    static func take(_ listener: Listener, in tx: borrowing Transaction) async throws -> Lanes {
        let tables = listener.projection.map(\.name).joined(separator: ", ")
        try await tx.query("SELECT FROM events.cursor WHERE listener = \(listener.name) ORDER BY lane FOR UPDATE")
        try await tx.query("LOCK TABLE \(raw: tables) IN SHARE ROW EXCLUSIVE MODE")
        let rows = try await tx.query(
            """
            SELECT c.position, s.starts_after,
                   greatest(events.kept_from(), (SELECT min(position) FROM events.log)) AS first
            FROM events.cursor c JOIN events.listener s ON s.name = c.listener
            WHERE c.listener = \(listener.name) ORDER BY c.lane
            """
        )
        guard let row = rows.first else { throw OutboxError.unknownListener(listener.name, known: []) }
        let startsAfter: Int = try row["starts_after"]
        if let first: Int = try row["first"], first > startsAfter + 1 {
            throw RebuildRefusal.historyIsGone(listener.name, first: first)
        }
        return Lanes(startsAfter: startsAfter, positions: try rows.map { try $0["position"] })
    }

    /// Remembers what is there and empties the tables, those first that refer to others.
    static func clear(_ tables: [ProjectedTable], in tx: borrowing Transaction) {
        for (index, table) in tables.enumerated() {
            tx.send(
                """
                CREATE TEMPORARY TABLE rebuild_live_\(raw: "\(index)") ON COMMIT DROP AS
                SELECT \(raw: table.comparable) AS row FROM \(raw: table.name) t
                """
            )
        }
        for table in tables.reversed() { tx.send("DELETE FROM \(raw: table.name)") }
    }

    /// The next events that the listener has handled: those its lanes have passed, without what is set aside.
    static func events(
        _ listener: Listener,
        _ lanes: Lanes,
        after position: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.editedColumns), l.position
            FROM events.log l JOIN events.event e USING (seq)
            LEFT JOIN events.edit r ON r.listener = \(listener.name) AND r.position = l.position
            WHERE l.position > \(position) AND l.position <= \(lanes.positions.max())
              AND l.position <= (\(lanes.positions)::bigint[])[l.slot % \(lanes.positions.count) + 1]
              AND (\(listener.hears?.map(\.rawValue))::text[] IS NULL
                   OR l.name = ANY (\(listener.hears?.map(\.rawValue))))
              AND NOT EXISTS (SELECT FROM events.deviation d
                              WHERE d.listener = \(listener.name) AND d.position = l.position)
            ORDER BY l.position LIMIT 500
            """
        ).map { try EventEnvelope($0) }
    }

    /// Compares a table with what it was.
    static func compare(
        _ table: ProjectedTable,
        _ index: Int,
        examples: Int,
        in tx: borrowing Transaction
    ) async throws -> RebuiltTable {
        let row = try await tx.query(
            """
            WITH live AS MATERIALIZED (SELECT row FROM rebuild_live_\(raw: "\(index)")),
                 rebuilt AS MATERIALIZED (SELECT \(raw: table.comparable) AS row FROM \(raw: table.name) t),
                 surplus AS MATERIALIZED (SELECT row FROM live EXCEPT ALL SELECT row FROM rebuilt),
                 missing AS MATERIALIZED (SELECT row FROM rebuilt EXCEPT ALL SELECT row FROM live)
            SELECT (SELECT count(*) FROM live) AS live, (SELECT count(*) FROM rebuilt) AS rebuilt,
                   (SELECT count(*) FROM surplus) AS surplus, (SELECT count(*) FROM missing) AS missing,
                   ARRAY(SELECT row::text FROM surplus ORDER BY row LIMIT \(examples)) AS surplus_rows,
                   ARRAY(SELECT row::text FROM missing ORDER BY row LIMIT \(examples)) AS missing_rows
            """
        )[0]
        return RebuiltTable(
            table: table.name,
            live: try row["live"],
            rebuilt: try row["rebuilt"],
            surplus: try row["surplus"],
            missing: try row["missing"],
            surplusRows: try (row["surplus_rows"] as [String]).map { try JSON(parsing: $0.utf8) },
            missingRows: try (row["missing_rows"] as [String]).map { try JSON(parsing: $0.utf8) }
        )
    }
}

extension ProjectedTable {
    /// A row `t` as one value, without what comes out differently each time.
    fileprivate var comparable: String {
        "to_jsonb(t) - ARRAY[\(ignored.map(\.sqlLiteral).joined(separator: ", "))]::text[]"
    }
}
