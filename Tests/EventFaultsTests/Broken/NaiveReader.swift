import EventDelivery
import EventFaults
import EventOutbox
import Events
import Postgres

/// An outbox without a log: readers keep a cursor over the events' own columns. There are two popular ways to do that, both
/// wrong.
struct NaiveReader: Candidate {
    /// What the cursor is over.
    enum Cursor {
        /// The serial number: loses what commits after a later number was read.
        case serial
        /// The transaction's number, below the oldest that is open: inverts who took its number early, and waits.
        case transactionNumber
    }

    private let cursor: Cursor
    private let outbox: Outbox
    private let database: Database

    init(_ cursor: Cursor, _ database: Database) async throws {
        self.cursor = cursor
        self.database = database
        outbox = Outbox(database)
        try await database.transaction { tx in
            _ = try await tx.execute(
                "CREATE TABLE faults.naive (trial text PRIMARY KEY, seq bigint NOT NULL, xid xid8 NOT NULL)"
            )
        }
    }

    func record(_ mark: Mark, in tx: borrowing Transaction) async throws {
        try outbox.recorder.record(mark, in: tx)
    }

    func start(_ trial: Trial) async throws -> any CandidateNode {
        try await database.transaction { tx in
            _ = try await tx.execute(
                """
                INSERT INTO faults.naive SELECT \(trial.id), coalesce(max(seq), 0), '0' FROM events.event
                ON CONFLICT DO NOTHING
                """
            )
        }
        return Node(cursor: cursor, trial: trial)
    }

    private struct Node: CandidateNode {
        let cursor: Cursor
        let trial: Trial

        func deliver() async throws -> Bool {
            try await trial.database.transaction { tx in
                let stand = try await tx.query(
                    "SELECT seq FROM faults.naive WHERE trial = \(trial.id) FOR UPDATE SKIP LOCKED"
                )
                guard !stand.isEmpty else { return false }
                let rows = try await tx.query(next)
                guard let last = rows.last else { return false }
                try await trial.witness().handle(try rows.map { try Mark($0) }, in: tx)
                tx.send(
                    """
                    UPDATE faults.naive SET (seq, xid) = (SELECT seq, xid FROM events.event WHERE seq = \(try last["seq"] as Int))
                    WHERE trial = \(trial.id)
                    """
                )
                return true
            }
        }

        private var next: Statement {
            switch cursor {
            case .serial:
                """
                SELECT e.seq, e.payload ->> 'thing' AS thing, (e.payload ->> 'number')::bigint AS number
                FROM events.event e, faults.naive n
                WHERE n.trial = \(trial.id) AND e.seq > n.seq ORDER BY e.seq LIMIT 3
                """
            case .transactionNumber:
                """
                SELECT e.seq, e.payload ->> 'thing' AS thing, (e.payload ->> 'number')::bigint AS number
                FROM events.event e, faults.naive n
                WHERE n.trial = \(trial.id) AND starts_with(e.payload ->> 'thing', \(trial.id + "/"))
                  AND e.xid < pg_snapshot_xmin(pg_current_snapshot()) AND (e.xid > n.xid OR e.xid = n.xid AND e.seq > n.seq)
                ORDER BY e.xid, e.seq LIMIT 3
                """
            }
        }
    }
}

extension Mark {
    init(_ row: Row) throws { self.init(thing: try row["thing"], number: try row["number"]) }
}
