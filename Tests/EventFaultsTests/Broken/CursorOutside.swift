import EventFaults
import Postgres

/// The outbox' own log, with a cursor that moves in a transaction of its own, after the effects.
struct CursorOutside: Candidate {
    private let outbox: OutboxCandidate
    private let database: Database

    init(_ database: Database) async throws {
        self.database = database
        outbox = OutboxCandidate(database)
        try await database.transaction { tx in
            _ = try await tx.execute("CREATE TABLE faults.outside (trial text PRIMARY KEY, position bigint NOT NULL)")
        }
    }

    func record(_ mark: Mark, in tx: borrowing Transaction) async throws { try await outbox.record(mark, in: tx) }

    func start(_ trial: Trial) async throws -> any CandidateNode {
        try await database.transaction { tx in
            _ = try await tx.execute(
                """
                INSERT INTO faults.outside SELECT \(trial.id), coalesce(max(position), 0) FROM events.log
                ON CONFLICT DO NOTHING
                """
            )
        }
        return Node(sequencer: try await outbox.start(trial), trial: trial)
    }

    func forget(_ trial: Trial) async throws { try await outbox.forget(trial) }

    private struct Node: CandidateNode {
        let sequencer: any CandidateNode
        let trial: Trial

        func place() async throws { try await sequencer.place() }

        func deliver() async throws -> Bool {
            let last = try await trial.database.transaction { tx in
                let rows = try await tx.query(
                    """
                    SELECT l.position, e.payload ->> 'thing' AS thing, (e.payload ->> 'number')::bigint AS number
                    FROM events.log l JOIN events.event e USING (seq), faults.outside c
                    WHERE c.trial = \(trial.id) AND l.position > c.position ORDER BY l.position LIMIT 3
                    """
                )
                guard let last = rows.last else { return nil as Int? }
                try await trial.witness().handle(try rows.map { try Mark($0) }, in: tx)
                return try last["position"]
            }
            guard let last else { return false }
            try await trial.database.transaction { tx in
                _ = try await tx.execute("UPDATE faults.outside SET position = \(last) WHERE trial = \(trial.id)")
            }
            return true
        }
    }
}
