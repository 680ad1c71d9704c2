import Idempotency
import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct KeySweeperTests {
    @Test func `it removes so many at a time, the oldest first, until all are gone`() async throws {
        try await withMigratedDatabase { database in
            let notebook = Notebook(database: database)
            try await Self.use(1_100, in: database)
            try await notebook.age(by: 23 * 3_600)
            #expect(try await notebook.sweeper().sweep() == 0)
            try await notebook.age(by: 7_200)
            #expect(try await notebook.sweeper().sweep() == 1_000)
            let newest = try await database.read("SELECT max(key::int) AS key FROM web.idempotency_key")
            #expect(try newest[0]["key"] as Int == 100)

            let sweeping = Task { await notebook.sweeper(every: .milliseconds(1)).run() }
            try await eventually {
                try await database.read("SELECT FROM web.idempotency_key").isEmpty
            }
            sweeping.cancel()
            await sweeping.value
        }
    }

    @Test func `two of them do not wait for each other`() async throws {
        try await withMigratedDatabase { database in
            let notebook = Notebook(database: database)
            try await Self.use(3, in: database)
            try await notebook.age(by: 25 * 3_600)
            try await database.transaction { tx in
                let held = try await tx.query("SELECT FROM web.idempotency_key ORDER BY created_at LIMIT 1 FOR UPDATE")
                #expect(held.count == 1)
                #expect(try await notebook.sweeper().sweep() == 2)
            }
            #expect(try await notebook.sweeper().sweep() == 1)
        }
    }

    /// Keys that were used, numbered from the youngest to the oldest.
    private static func use(_ count: Int, in database: Database) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                INSERT INTO web.idempotency_key (user_id, operation, key, fingerprint, status, body, created_at)
                SELECT gen_random_uuid(), 'POST /notes', number::text, '', 201, '', now() - number * interval '1 second'
                FROM generate_series(1, \(count)) AS number
                """
            )
        }
    }
}
