import Events
import Postgres

/// Gives committed events their positions.
///
/// It compares the last snapshot with the current one and appends what became visible in between, in insert order. No
/// event is lost, because whatever is not visible now becomes visible later and was not visible then; none is placed
/// twice, because the log's unique index refuses; and it never waits for a transaction that is still open. Ordered by
/// insert within one batch, and by visibility across batches, events of one key keep their order as long as each
/// transaction locks what its event is about before it records it.
struct Sequencer: Sendable {
    /// What one batch brought.
    struct Batch: Sendable {
        /// The events that got a position, in order.
        var events: [EventEnvelope] = []
        /// The last position of the log after this batch.
        var head = 0
    }

    /// Guards the log's end in the whole database; "sequence" in ASCII.
    static let lock = 0x7365_7175_656e_6365

    private let database: Database

    init(_ database: Database) {
        self.database = database
    }

    /// Places what has become visible since the last batch.
    ///
    /// The lock comes in a statement of its own: only a snapshot taken after it is newer than the last batch's. The
    /// commit waits for the disk, so that a position that anybody has seen is never given to another event.
    func tick() async throws -> Batch {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(60)
        return try await database.transaction(options) { tx in
            tx.send("SELECT pg_advisory_xact_lock(\(Self.lock))")
            let rows = try await tx.query(Self.place, name: "sequencer tick")
            guard let last = rows.last else { throw OutboxError.noTick }
            let head: Int = try last["position"]
            guard try last["clash"] == false else { throw OutboxError.clusterChanged }
            // The last row is the state itself; the rows before it are events.
            return Batch(events: try rows.dropLast().map { try EventEnvelope($0) }, head: head)
        }
    }

    /// One statement, one snapshot. Events of transactions that the last snapshot did not know yet are a range of the
    /// index; those of transactions that were open then are looked up one by one.
    private static let place: Statement = """
        WITH last AS (
            SELECT position, snapshot,
                   pg_snapshot_xmax(snapshot) > pg_snapshot_xmax(pg_current_snapshot()) AS clash
            FROM events.tick ORDER BY position DESC LIMIT 1
        ), visible AS (
            SELECT e.seq FROM events.event e
            WHERE e.xid >= (SELECT pg_snapshot_xmax(snapshot) FROM last)
            UNION ALL
            SELECT e.seq FROM events.event e
            WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(snapshot) FROM last))
        ), placed AS (
            SELECT e.*, last.position + row_number() OVER (ORDER BY e.seq) AS position
            FROM visible JOIN events.event e USING (seq), last
            WHERE NOT last.clash
        ), logged AS (
            INSERT INTO events.log (position, seq, name, slot)
            SELECT position, seq, name, slot FROM placed
        ), ticked AS (
            INSERT INTO events.tick (position, snapshot)
            SELECT max(position), pg_current_snapshot() FROM placed HAVING count(*) > 0
        )
        SELECT \(raw: EventEnvelope.columns), e.position, false AS clash, false AS is_state FROM placed e
        UNION ALL
        SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               last.position + (SELECT count(*) FROM placed), last.clash, true FROM last
        ORDER BY is_state, position
        """
}
