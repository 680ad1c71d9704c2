import EventFaults
import Postgres

@testable import EventOutbox

extension Stage {
    /// Aggregates whose rows writers lock.
    func addSubjects(_ names: [String]) async throws {
        try await database.transaction { tx in
            try await tx.execute("INSERT INTO subject (name) SELECT * FROM unnest(\(names))")
        }
    }

    /// What is committed by now.
    func book() async throws -> Book {
        let rows = try await database.read(
            """
            SELECT seq, payload ->> 'subject' AS subject, (payload ->> 'number')::bigint AS number
            FROM events.event WHERE name = 'tests.ping'
            """
        )
        let marks = try rows.map { (try $0["seq"] as Int, Mark(thing: try $0["subject"], number: try $0["number"])) }
        return Book(committed: Dictionary(uniqueKeysWithValues: marks))
    }

    /// The log by position, after a look at the positions: they must be dense.
    func log() async throws -> [(position: Int, seq: Int)] {
        try await database.read("SELECT position, seq FROM events.log ORDER BY position")
            .map { (try $0["position"], try $0["seq"]) }
    }

    /// `subject-number` of the log's events, in order.
    func logged() async throws -> [String] {
        try await database.read(
            """
            SELECT payload->>'subject' || '-' || (payload->>'number') AS event
            FROM events.log l JOIN events.event e USING (seq) ORDER BY position
            """
        ).map { try $0["event"] }
    }

    /// Places what there is, as a node's sequencer would, and returns how many events got a position.
    @discardableResult
    func place(atMost limit: Int = 10_000) async throws -> Int {
        let sequencer = Sequencer(database, limit: limit)
        var count = 0
        var batch: Sequencer.Batch
        repeat {
            batch = try await sequencer.tick()
            count += batch.events.count
        } while batch.isPartial
        return count
    }

    var operations: OutboxOperations { OutboxOperations(database, listeners: []) }
}
