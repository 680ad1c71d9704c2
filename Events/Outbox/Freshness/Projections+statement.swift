import FoundationEssentials
import Postgres

extension Projections {
    /// One statement, one snapshot: a listener's effects, its cursor and the events it recorded are committed together,
    /// so whatever a finished delivery has set in motion is seen by the same look.
    ///
    /// Cursors alone do not tell: lanes that do not hear an event are moved past it when there is time, and an event
    /// that failed is behind the cursor. So it is asked for each event and each listener that hears it.
    ///
    /// The subqueries, none of which can be joined otherwise than row by row (`OFFSET 0`), keep the planner to the indexes
    /// while it has no statistics yet: a write has few events, and no more than these are ever looked at.
    static func standing(of writes: [UUID], in listeners: [String]) -> Statement {
        """
        WITH RECURSIVE happened AS (
            SELECT e.* FROM events.event w CROSS JOIN LATERAL (
                SELECT id, seq, name, slot FROM events.event WHERE xid = w.xid OFFSET 0) e
            WHERE w.id = ANY (\(writes))
            UNION
            SELECT e.* FROM happened h CROSS JOIN LATERAL (
                SELECT id, seq, name, slot FROM events.event WHERE causation_id = h.id AND seq > h.seq OFFSET 0) e
        ), owed AS (
            SELECT FROM happened h
            JOIN events.listener l ON l.name = ANY (\(listeners)) AND (l.hears IS NULL OR h.name = ANY (l.hears))
            JOIN events.cursor c ON c.listener = l.name AND c.lane = h.slot % l.lanes
            CROSS JOIN LATERAL (SELECT (SELECT position FROM events.log WHERE seq = h.seq) AS position OFFSET 0) g
            WHERE g.position IS NULL
               OR g.position > l.starts_after
                  AND (g.position > c.position
                       OR (SELECT state FROM events.deviation d
                           WHERE d.listener = l.name AND d.position = g.position) <> 'skipped')
            UNION ALL
            SELECT FROM unnest(\(listeners)) AS missing
            WHERE NOT EXISTS (SELECT FROM events.listener l WHERE l.name = missing)
        )
        SELECT (SELECT count(*) FROM events.event WHERE id = ANY (\(writes))) AS known,
               (SELECT count(*) FROM owed) AS behind, pg_current_wal_insert_lsn() AS wal
        """
    }
}
