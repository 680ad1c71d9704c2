import Postgres
import TestSupport

/// One of the two popular ways to read an outbox, both wrong; they show that the checker can fail.
struct BrokenReader: Sendable {
    private let database: Database
    private let table: String
    private let step: Statement

    /// A cursor over the serial column: loses what commits after a later number was read.
    static func serial(_ database: Database) async throws -> BrokenReader {
        try await BrokenReader(
            database,
            "serial_seen",
            """
            INSERT INTO serial_seen (seq)
            SELECT seq FROM events.event WHERE seq > (SELECT coalesce(max(seq), 0) FROM serial_seen) ORDER BY seq
            """
        )
    }

    /// A cursor over (xid, seq) below the oldest open transaction: inverts what took its number early, and waits.
    static func transactionNumber(_ database: Database) async throws -> BrokenReader {
        try await BrokenReader(
            database,
            "xid_seen",
            """
            INSERT INTO xid_seen (seq)
            SELECT seq FROM events.event
            WHERE xid < pg_snapshot_xmin(pg_current_snapshot()) AND (xid, seq) > (
                SELECT xid, seq FROM xid_seen JOIN events.event USING (seq)
                UNION ALL SELECT '0'::xid8, 0 ORDER BY xid DESC, seq DESC LIMIT 1)
            ORDER BY xid, seq
            """
        )
    }

    private init(_ database: Database, _ table: String, _ step: Statement) async throws {
        self.database = database
        self.table = table
        self.step = step
        try await database.transaction { tx in
            _ = try await tx.query("CREATE TABLE \(raw: table) (id bigint GENERATED ALWAYS AS IDENTITY, seq bigint)")
        }
    }

    /// Reads on from where it stands.
    func read() async throws {
        try await database.transaction { tx in _ = try await tx.query(step) }
    }

    /// Reads on until it has seen so many events. Any open transaction of the cluster may make it wait.
    func read(until count: Int) async throws {
        try await eventually {
            try await read()
            return try await seen().count >= count
        }
    }

    /// What it has seen, in order.
    func seen() async throws -> [Int] {
        try await database.read("SELECT seq FROM \(raw: table) ORDER BY id").map { try $0["seq"] }
    }
}
