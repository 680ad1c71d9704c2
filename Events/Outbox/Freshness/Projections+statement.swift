import FoundationEssentials
import Postgres

extension Projections {
    /// One statement, one snapshot: a listener's effects, its cursor and the events it recorded are committed together,
    /// so whatever a finished delivery has set in motion is seen by the same look.
    ///
    /// Cursors alone do not tell: lanes that do not hear an event are moved past it when there is time, and an event
    /// that failed is behind the cursor. So it is asked for each event and each listener that hears it.
    static func standing(of writes: [UUID], in listeners: [String]) -> Statement {
        """
        WITH RECURSIVE happened AS (
            SELECT e.id, e.seq, e.name, e.slot
            FROM events.event w JOIN events.event e ON e.xid = w.xid WHERE w.id = ANY (\(writes))
            UNION
            SELECT e.id, e.seq, e.name, e.slot
            FROM happened h JOIN events.event e ON e.causation_id = h.id AND e.seq > h.seq
        ), owed AS (
            SELECT FROM happened h
            JOIN events.listener l ON l.name = ANY (\(listeners)) AND (l.hears IS NULL OR h.name = ANY (l.hears))
            JOIN events.cursor c ON c.listener = l.name AND c.lane = h.slot % l.lanes
            LEFT JOIN events.log g ON g.seq = h.seq
            WHERE g.position IS NULL
               OR g.position > l.starts_after
                  AND (g.position > c.position
                       OR EXISTS (SELECT FROM events.deviation d
                                  WHERE d.listener = l.name AND d.position = g.position AND d.state <> 'skipped'))
            UNION ALL
            SELECT FROM unnest(\(listeners)) AS missing
            WHERE NOT EXISTS (SELECT FROM events.listener l WHERE l.name = missing)
        )
        SELECT (SELECT count(*) FROM events.event WHERE id = ANY (\(writes))) AS known,
               (SELECT count(*) FROM owed) AS behind, pg_current_wal_insert_lsn() AS wal
        """
    }
}
