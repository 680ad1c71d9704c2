import EventDelivery
import Postgres

extension AuditStatements {
    /// What became of the events that each listener hears.
    static func deliveries(after first: Int, through last: Int, of listener: String?) -> Statement {
        """
        SELECT s.name, count(*) AS heard,
               count(*) FILTER (WHERE d.state IS NULL AND l.position <= c.position) AS passed,
               count(*) FILTER (WHERE d.state IS NULL AND l.position > c.position) AS waiting,
               count(*) FILTER (WHERE d.state <> 'skipped') AS held_back,
               count(*) FILTER (WHERE d.state = 'skipped') AS skipped
        FROM events.log l
        JOIN events.listener s ON l.position > s.starts_after AND (s.hears IS NULL OR l.name = ANY (s.hears))
        LEFT JOIN events.cursor c ON c.listener = s.name AND c.lane = l.slot % s.lanes
        LEFT JOIN events.deviation d ON d.listener = s.name AND d.position = l.position
        WHERE l.position > \(first) AND l.position <= \(last) AND (\(listener)::text IS NULL OR s.name = \(listener))
        GROUP BY s.name
        """
    }

    /// Events that no cursor will ever reach, and events that were passed although one before them of their key is
    /// held back.
    static func faults(after first: Int, through last: Int, of listener: String?, limit: Int) -> Statement {
        """
        (SELECT 'unaccounted' AS kind, s.name AS listener, l.position, NULL::uuid AS event,
                'lane ' || l.slot % s.lanes || ' has no cursor, and no row says why' AS detail
         FROM events.log l
         JOIN events.listener s ON l.position > s.starts_after AND (s.hears IS NULL OR l.name = ANY (s.hears))
         WHERE l.position > \(first) AND l.position <= \(last) AND (\(listener)::text IS NULL OR s.name = \(listener))
           AND NOT EXISTS (SELECT FROM events.cursor c WHERE c.listener = s.name AND c.lane = l.slot % s.lanes)
           AND NOT EXISTS (SELECT FROM events.deviation d WHERE d.listener = s.name AND d.position = l.position)
         LIMIT \(limit))
        UNION ALL
        (SELECT 'overtaken', h.listener, l.position, e.id,
                'was passed while position ' || h.position || ' of ' || h.key || ' is held back'
         FROM (SELECT listener, key, min(position) AS position FROM events.deviation
               WHERE state <> 'skipped' AND (\(listener)::text IS NULL OR listener = \(listener))
               GROUP BY listener, key) h
         JOIN events.listener s ON s.name = h.listener
         JOIN events.log l ON l.position > h.position AND (s.hears IS NULL OR l.name = ANY (s.hears))
         JOIN events.event e ON e.seq = l.seq AND e.key = h.key
         JOIN events.cursor c ON c.listener = h.listener AND c.lane = l.slot % s.lanes AND c.position >= l.position
         WHERE l.position > \(first) AND l.position <= \(last)
           AND NOT EXISTS (SELECT FROM events.deviation d WHERE d.listener = h.listener AND d.position = l.position)
         LIMIT \(limit))
        """
    }

    /// Cursors and set-aside events that contradict each other, the listener or the log.
    static func bookkeeping(of listener: String?, limit: Int) -> Statement {
        """
        SELECT * FROM (
            SELECT 'no-cursor' AS kind, s.name AS listener, NULL::bigint AS position, NULL::uuid AS event,
                   'lane ' || lane || ' of ' || s.lanes || ' has no cursor' AS detail
            FROM events.listener s, generate_series(0, s.lanes - 1) AS lane
            WHERE NOT EXISTS (SELECT FROM events.cursor c WHERE c.listener = s.name AND c.lane = lane)
            UNION ALL
            SELECT 'cursor-ahead', c.listener, c.position, NULL,
                   'lane ' || c.lane || ' stands behind the log''s end ' || head.position
            FROM events.cursor c, (SELECT max(position) AS position FROM events.tick) head
            WHERE c.position > head.position
            UNION ALL
            SELECT 'miscounted', c.listener, c.position, NULL,
                   'lane ' || c.lane || ' counts ' || c.deviations || ' events held back, but there are ' || d.count
            FROM events.cursor c, LATERAL (
                SELECT count(*) AS count FROM events.deviation d
                WHERE d.listener = c.listener AND d.lane = c.lane AND d.state <> 'skipped') d
            WHERE c.deviations <> d.count
            UNION ALL
            SELECT 'ahead-of-cursor', d.listener, d.position, NULL, 'is ' || d.state || ' before its lane came to it'
            FROM events.deviation d JOIN events.cursor c ON c.listener = d.listener AND c.lane = d.lane
            WHERE d.position > c.position
            UNION ALL
            SELECT 'unknown-event', d.listener, d.position, NULL, 'is ' || d.state || ', but nothing is at this position'
            FROM events.deviation d
            WHERE NOT EXISTS (SELECT FROM events.log l WHERE l.position = d.position)
            UNION ALL
            SELECT 'stuck', d.listener, d.position, NULL, 'is parked behind nothing: no earlier event of ' || d.key
                   || ' is held back'
            FROM events.deviation d
            WHERE d.state = 'parked' AND NOT EXISTS (
                SELECT FROM events.deviation h WHERE h.listener = d.listener AND h.key = d.key
                AND h.position < d.position AND h.state NOT IN ('parked', 'skipped'))
        ) AS faults
        WHERE \(listener)::text IS NULL OR listener = \(listener)
        LIMIT \(limit)
        """
    }
}
