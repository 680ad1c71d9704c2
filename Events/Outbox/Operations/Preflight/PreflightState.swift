import EventDelivery
import Events
import Postgres

/// What a database knows of its listeners, and the events that they have yet to see.
struct PreflightState: Sendable {
    /// One listener, as the database knows it.
    struct Known: Sendable {
        let name: String
        let lanes: Int
        let hears: [String]?
        /// Position of its slowest lane.
        let slowest: Int
        /// True when all lanes stand at one position and nothing is held back.
        let isLevel: Bool
        let waiting: Int
        let heldBack: Int
        /// Names of the events that are held back.
        let heldBackNames: [String]
    }

    let isForeign: Bool
    let head: Int
    let listeners: [Known]

    func knows(_ name: String) -> Bool { listeners.contains { $0.name == name } }

    init(in tx: borrowing Transaction) async throws {
        let rows = try await tx.query(
            """
            SELECT \(raw: Sequencer.isForeign()) AS is_foreign, t.position AS head
            FROM events.tick t, events.cluster c, events.server s ORDER BY t.position DESC LIMIT 1
            """
        )
        guard let row = rows.first else { throw OutboxError.noTick }
        isForeign = try row["is_foreign"]
        head = try row["head"]
        listeners = try await tx.query(
            """
            SELECT s.name, s.lanes, s.hears, coalesce(c.slowest, s.starts_after) AS slowest,
                   coalesce(c.slowest = c.fastest, true) AND coalesce(d.count, 0) = 0 AS is_level,
                   coalesce(d.count, 0) AS held_back, coalesce(d.names, '{}') AS held_back_names,
                   (SELECT count(*) FROM events.log l
                    JOIN events.cursor c ON c.listener = s.name AND c.lane = l.slot % s.lanes AND l.position > c.position
                    WHERE s.hears IS NULL OR l.name = ANY (s.hears)) AS waiting
            FROM events.listener s
            LEFT JOIN LATERAL (
                SELECT min(position) AS slowest, max(position) AS fastest
                FROM events.cursor WHERE listener = s.name) c ON true
            LEFT JOIN LATERAL (
                SELECT count(*) AS count, array_agg(DISTINCT l.name) FILTER (WHERE l.name IS NOT NULL) AS names
                FROM events.deviation d LEFT JOIN events.log l USING (position)
                WHERE d.listener = s.name AND d.state <> 'skipped') d ON true
            ORDER BY s.name
            """
        ).map(Known.init)
    }

    /// Events that are in the log and ahead of some listener.
    static func undelivered(
        after position: Int,
        _ head: Int,
        _ limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), l.position
            FROM events.log l JOIN events.event e USING (seq)
            WHERE l.position > \(position) AND l.position <= \(head) ORDER BY l.position LIMIT \(limit)
            """
        ).map { try EventEnvelope($0) }
    }

    /// Events that listeners have set aside, before the position from which everything is read anyway: what was edited
    /// as it was edited, once for each listener. A database that is not migrated yet has no edits.
    static func setAside(
        after position: Int,
        before start: Int,
        _ limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        let exists = try await tx.query("SELECT to_regclass('events.edit') IS NOT NULL AS exists")[0]["exists"] as Bool
        let edit =
            exists ? "events.edit" : "(SELECT '' AS listener, 0 AS position, 0 AS version, '{}'::jsonb AS payload)"
        return try await tx.query(
            """
            SELECT \(raw: EventEnvelope.editedColumns), l.position
            FROM (SELECT DISTINCT position FROM events.deviation
                  WHERE state <> 'skipped' AND position > \(position) AND position <= \(start)
                  ORDER BY position LIMIT \(limit)) p
            JOIN events.deviation d ON d.position = p.position AND d.state <> 'skipped'
            JOIN events.log l ON l.position = d.position JOIN events.event e USING (seq)
            LEFT JOIN \(raw: edit) r ON r.listener = d.listener AND r.position = d.position
            ORDER BY l.position
            """
        ).map { try EventEnvelope($0) }
    }

    /// The newest committed events that have no position yet. The sequencer keeps them few; the rest of a larger backlog
    /// is left to the next look.
    static func unplaced(in tx: borrowing Transaction) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), 0::bigint AS position
            FROM (SELECT * FROM events.event ORDER BY seq DESC LIMIT 20000) e
            WHERE NOT EXISTS (SELECT FROM events.log l WHERE l.seq = e.seq)
            """
        ).map { try EventEnvelope($0) }
    }
}

extension PreflightState.Known {
    init(_ row: Row) throws {
        name = try row["name"]
        lanes = try row["lanes"]
        hears = try row["hears"]
        slowest = try row["slowest"]
        isLevel = try row["is_level"]
        waiting = try row["waiting"]
        heldBack = try row["held_back"]
        heldBackNames = try row["held_back_names"]
    }
}
