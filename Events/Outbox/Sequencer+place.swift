import Events
import Postgres

extension Sequencer {
    /// True when the transaction numbers of the server `s` are not those that the batch `t` was placed with on the server
    /// `c`: another cluster, a timeline or an epoch that this one has not come to, or a snapshot or a visible event from
    /// the future. A later timeline is a promoted standby, whose numbers go on.
    ///
    /// Going on would lose events: numbers below the batch's snapshot count as seen.
    static func isForeign(from floor: Int = 0) -> String {
        """
        (coalesce(c.system_identifier <> s.system_identifier, false)
         OR coalesce(c.timeline > s.timeline, false) OR c.epoch > s.epoch
         OR pg_snapshot_xmax(coalesce(t.goal, t.snapshot)) > pg_snapshot_xmax(pg_current_snapshot())
         OR EXISTS (SELECT 1 FROM events.event e
                    WHERE e.xid >= pg_snapshot_xmax(pg_current_snapshot()) AND \(open(floor))))
        """
    }

    /// Leaves out the partitions that hold no event without a position: those before the floor, which is a constant so
    /// that the planner never sees them, and those after the last number given out, which is read after the snapshot.
    ///
    /// Said with an OR, because that chooses partitions and no index: by the number, everything of a partition is new.
    private static func open(_ floor: Int) -> String {
        """
        (e.seq >= \(floor) OR e.seq = -1) AND (e.seq <= (SELECT last_value FROM events.event_seq_seq) OR e.seq = -1)
        """
    }

    /// The first number of the first partition that may hold an event without a position.
    static let floor = """
        (SELECT coalesce(min(first), 0) FROM events.partition WHERE parent = 'event' AND sealed_at IS NULL)
        """

    /// True when the batch is made under a fence that is not that of the lease `l` any more.
    private static let isRefused =
        "coalesce(nullif(current_setting('storytime.fence', true), '')::bigint <> l.fence, false)"

    /// Tells the other nodes, if there are any, that the batch `b` is in the log.
    ///
    /// In this transaction, not after it: they hear of every batch that is committed, as soon as it is, and nobody makes
    /// another round trip. The lock that NOTIFY takes at COMMIT is no producer's.
    private static let tell = """
        CASE WHEN b.position IS NOT NULL
                  AND EXISTS (SELECT FROM events.node n WHERE n.boot IS DISTINCT FROM last.holder)
             THEN pg_notify('\(OutboxChannel.placed)',
                            current_setting('storytime.fence', true) || ' ' || b.position) IS NOT NULL END
        """

    /// One statement, one snapshot. Events of transactions that the last snapshot did not know yet are a range of the
    /// index; those of transactions that were open then are looked up one by one.
    ///
    /// When there are more than the limit, the batch is cut short by insert order and leaves its snapshot behind as the
    /// goal; the following batches go on from there until nothing of the goal is left. The order within a key is none the
    /// worse: what becomes visible meanwhile was inserted later than what the goal sees of its key.
    ///
    /// Nothing before the floor is looked at. It only ever rises, so an older one is as right.
    static func place(atMost limit: Int, from floor: Int = 0) -> Statement {
        """
        WITH last AS MATERIALIZED (
            SELECT t.position, t.snapshot, t.goal, t.seq, s.system_identifier, s.timeline, s.epoch,
                   \(raw: isForeign(from: floor)) AS is_foreign, \(raw: isRefused) AS is_refused, l.holder
            FROM events.tick t, events.cluster c, events.server s, events.lease l ORDER BY t.position DESC LIMIT 1
        ), base AS (
            SELECT * FROM last WHERE NOT is_foreign AND NOT is_refused
        ), visible AS (
            SELECT e.* FROM events.event e
            WHERE e.xid >= (SELECT pg_snapshot_xmax(snapshot) FROM base WHERE goal IS NULL) AND \(raw: open(floor))
            UNION ALL
            SELECT e.* FROM events.event e
            WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(snapshot) FROM base WHERE goal IS NULL))
              AND \(raw: open(floor))
            UNION ALL
            (SELECT e.* FROM events.event e
             WHERE e.seq > (SELECT seq FROM base) AND \(raw: open(floor))
               AND pg_visible_in_snapshot(e.xid, (SELECT goal FROM last))
               AND NOT pg_visible_in_snapshot(e.xid, (SELECT snapshot FROM last))
             ORDER BY e.seq LIMIT \(raw: "\(limit)"))
            ORDER BY seq LIMIT \(raw: "\(limit)")
        ), placed AS (
            SELECT e.*, last.position + row_number() OVER (ORDER BY e.seq) AS position FROM visible e, last
        ), logged AS (
            INSERT INTO events.log (position, seq, name, slot)
            SELECT position, seq, name, slot FROM placed
        ), batch AS (
            SELECT max(position) AS position, max(seq) AS seq, count(*) = \(raw: "\(limit)") AS is_full FROM placed
        ), ticked AS (
            INSERT INTO events.tick (position, snapshot, goal, seq)
            SELECT b.position,
                   CASE WHEN b.is_full THEN last.snapshot ELSE coalesce(last.goal, pg_current_snapshot()) END,
                   CASE WHEN b.is_full THEN coalesce(last.goal, pg_current_snapshot()) END,
                   CASE WHEN b.is_full THEN b.seq END
            FROM batch b, last WHERE b.position IS NOT NULL
        ), reached AS (
            UPDATE events.tick t SET snapshot = t.goal, goal = NULL, seq = NULL
            FROM batch b, base
            WHERE t.position = base.position AND t.goal IS NOT NULL AND b.position IS NULL
        ), noted AS (
            UPDATE events.cluster c SET timeline = base.timeline, epoch = base.epoch, noted_at = now(),
                   system_identifier = coalesce(base.system_identifier, c.system_identifier)
            FROM base WHERE (c.timeline, c.epoch) <> (base.timeline, base.epoch)
        )
        SELECT \(raw: EventEnvelope.columns), e.position, false AS is_foreign, false AS is_refused, false AS is_partial,
               NULL::bigint AS floor, NULL::uuid AS incarnation, NULL::boolean AS is_told, false AS is_state
        FROM placed e
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               coalesce(b.position, last.position), last.is_foreign, last.is_refused,
               b.is_full OR last.goal IS NOT NULL, \(raw: Self.floor), (SELECT id FROM events.incarnation), \(raw: tell), true
        FROM last, batch b
        ORDER BY is_state, position
        """
    }
}
