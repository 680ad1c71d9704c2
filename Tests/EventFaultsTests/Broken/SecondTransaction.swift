import EventFaults
import EventOutbox
import Postgres

/// The outbox, used by those who record what happened after it has happened, in a transaction of its own.
struct SecondTransaction: Candidate {
    private let outbox: OutboxCandidate
    private let database: Database

    init(_ database: Database) {
        self.database = database
        outbox = OutboxCandidate(database)
    }

    var listeners: [String] { outbox.listeners }

    func record(_ mark: Mark, in tx: borrowing Transaction) async throws {}

    func committed(_ marks: [Mark]) async throws {
        try await database.transaction { tx in
            for mark in marks { try await outbox.record(mark, in: tx) }
        }
    }

    func start(_ trial: Trial) async throws -> any CandidateNode { try await outbox.start(trial) }
    func retryNow() async throws { try await outbox.retryNow() }
    func remains(of trial: Trial) async throws -> [String] { try await outbox.remains(of: trial) }
    func forget(_ trial: Trial) async throws { try await outbox.forget(trial) }
}
