import EventDelivery
import Postgres

/// The questions of an audit. Each answers with rows of kind, listener, position, event and detail; none reads a cursor
/// to learn about the log.
enum AuditStatements {
    /// Committed events without a position, and events with two. An event is due when the newest batch could see it.
    static func losses(after first: Int, through last: Int, limit: Int) -> Statement {
        """
        WITH last AS MATERIALIZED (SELECT snapshot, goal, seq FROM events.tick ORDER BY position DESC LIMIT 1)
        (SELECT 'lost' AS kind, NULL AS listener, NULL::bigint AS position, e.id AS event,
                'committed before the newest batch of the sequencer and without a position' AS detail
         FROM events.event e, last
         WHERE e.seq > \(first) AND e.seq <= \(last)
           AND (pg_visible_in_snapshot(e.xid, last.snapshot)
                OR e.seq <= last.seq AND pg_visible_in_snapshot(e.xid, last.goal))
           AND NOT EXISTS (SELECT FROM events.log l WHERE l.seq = e.seq)
         LIMIT \(limit))
        UNION ALL
        (SELECT 'doubled', NULL, max(l.position), (SELECT e.id FROM events.event e WHERE e.seq = l.seq),
                'has the positions ' || string_agg(l.position::text, ', ' ORDER BY l.position)
         FROM events.log l WHERE l.seq > \(first) AND l.seq <= \(last)
         GROUP BY l.seq HAVING count(*) > 1
         LIMIT \(limit))
        """
    }

    /// What retention has taken is no fault.
    private static func isKept(_ parent: String, _ number: String) -> String {
        """
        NOT EXISTS (SELECT FROM events.partition p WHERE p.parent = '\(parent)' AND \(number) BETWEEN p.first AND p.last
                    AND (p.dropping_at IS NOT NULL OR p.dropped_at IS NOT NULL))
        """
    }

    /// Positions that nobody has, positions without an event, and copies that differ from what was copied.
    static func log(after first: Int, through last: Int, limit: Int) -> Statement {
        """
        (SELECT 'gap' AS kind, NULL AS listener, wanted AS position, NULL::uuid AS event,
                'no event has this position' AS detail
         FROM generate_series(\(first) + 1, \(last)) AS wanted
         WHERE NOT EXISTS (SELECT FROM events.log l WHERE l.position = wanted)
           AND \(raw: isKept("log", "wanted"))
         LIMIT \(limit))
        UNION ALL
        (SELECT 'orphan', NULL, l.position, NULL, 'the position is there and its event is not'
         FROM events.log l
         WHERE l.position > \(first) AND l.position <= \(last)
           AND NOT EXISTS (SELECT FROM events.event e WHERE e.seq = l.seq)
           AND \(raw: isKept("event", "l.seq"))
         LIMIT \(limit))
        UNION ALL
        (SELECT 'miscopied', NULL, l.position, e.id,
                'is ' || e.name || ' in slot ' || e.slot || ', but the log says ' || l.name || ' in slot ' || l.slot
         FROM events.log l JOIN events.event e USING (seq)
         WHERE l.position > \(first) AND l.position <= \(last) AND (l.name <> e.name OR l.slot <> e.slot)
         LIMIT \(limit))
        """
    }

    /// Events that were placed after a later one of their key. It is the sequencer's fault when the batch that placed
    /// the later one could see the earlier one; else its transaction was still open, and what it is about not locked.
    static func order(from first: Int, through last: Int, limit: Int) -> Statement {
        """
        SELECT CASE WHEN coalesce(pg_visible_in_snapshot(o.xid, coalesce(t.goal, t.snapshot)), false)
                         AND o.position > t.position
                    THEN 'inverted' ELSE 'unlocked' END AS kind,
               NULL AS listener, o.position, o.id AS event,
               'was recorded before position ' || b.position || ' of ' || o.key || ' and placed after it' AS detail
        FROM (SELECT l.position, e.seq, e.id, e.xid, e.key,
                     max(e.seq) OVER (PARTITION BY e.key ORDER BY l.position
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest
              FROM events.log l JOIN events.event e USING (seq)
              WHERE l.position BETWEEN \(first) AND \(last)) o
        JOIN events.log b ON b.seq = o.latest
        LEFT JOIN LATERAL (
            SELECT t.position, t.snapshot, t.goal FROM events.tick t
            WHERE t.position >= b.position ORDER BY t.position LIMIT 1) t ON true
        WHERE o.seq < o.latest
        LIMIT \(limit)
        """
    }
}
