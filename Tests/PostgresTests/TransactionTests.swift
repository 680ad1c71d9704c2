import Postgres
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TransactionTests {
    private struct Refused: Error {}

    /// A database with one table of numbers.
    private func withNumbers(
        _ configure: (inout DatabaseConfiguration) -> Void = { _ in },
        _ body: (Database) async throws -> Void
    ) async throws {
        try await withDatabase(configure: configure) { database in
            try await database.command("CREATE TABLE number (id int PRIMARY KEY, value int NOT NULL DEFAULT 0)")
            try await body(database)
        }
    }

    private func expectNumbers(
        _ expected: [Int],
        in database: Database,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let found: [Int] = try await database.read("SELECT id FROM number ORDER BY id").map { try $0["id"] }
        #expect(found == expected, sourceLocation: sourceLocation)
    }

    @Test func `What returns is committed, and execute counts rows`() async throws {
        try await withNumbers { database in
            let (inserted, updated) = try await database.transaction { tx in
                let inserted = try await tx.execute("INSERT INTO number SELECT generate_series(1, 3)")
                return (inserted, try await tx.execute("UPDATE number SET value = 1 WHERE id > \(1)"))
            }
            #expect(inserted == 3 && updated == 2)
            try await expectNumbers([1, 2, 3], in: database)
        }
    }

    @Test func `What throws is rolled back`() async throws {
        try await withNumbers { database in
            await #expect(throws: Refused.self) {
                try await database.transaction { tx in
                    try await tx.execute("INSERT INTO number VALUES (1)")
                    throw Refused()
                }
            }
            try await expectNumbers([], in: database)
        }
    }

    @Test func `Nothing is sent for a body without statements`() async throws {
        try await withNumbers({ $0.poolMaximum = 1 }) { database in
            _ = try await database.command("SELECT 'the last statement'")
            let hooks = Counter()
            let result = try await database.transaction { tx in
                tx.scope.afterCommit { hooks.add() }
                return 7
            }
            await #expect(throws: Refused.self) { try await database.transaction { _ in throw Refused() } }
            let last = try await database.read(
                """
                SELECT query FROM pg_stat_activity
                WHERE application_name LIKE '%/write' AND datname = current_database()
                """
            )
            #expect(try last.map { try $0["query"] as String } == ["SELECT 'the last statement'"])
            #expect(result == 7)
            #expect(hooks.count == 1)
        }
    }

    @Test func `A swallowed failure cannot pass for a commit`() async throws {
        try await withNumbers { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    try await tx.execute("INSERT INTO number VALUES (1)")
                    _ = try? await tx.execute("INSERT INTO number VALUES (1)")
                }
            }
            #expect(error?.sqlState == "25P02")
            try await expectNumbers([], in: database)
        }
    }

    @Test func `A savepoint shields the rest`() async throws {
        try await withNumbers { database in
            try await database.transaction { tx in
                try await tx.execute("INSERT INTO number VALUES (1)")
                tx.send("SAVEPOINT shield")
                _ = try? await tx.execute("INSERT INTO number VALUES (1)")
                try await tx.execute("ROLLBACK TO SAVEPOINT shield")
                try await tx.execute("INSERT INTO number VALUES (2)")
            }
            try await expectNumbers([1, 2], in: database)
        }
    }

    @Test func `Queued statements arrive in order, also when nothing follows`() async throws {
        try await withNumbers { database in
            try await database.transaction { tx in
                tx.send("INSERT INTO number VALUES (1, 10)")
                tx.send("UPDATE number SET value = value + 1 WHERE id = 1")
                let value = try await tx.query("SELECT value FROM number WHERE id = 1")[0]["value"] as Int
                #expect(value == 11)
                tx.send("INSERT INTO number VALUES (\(2))")
            }
            try await database.transaction { $0.send("INSERT INTO number VALUES (3)") }
            try await expectNumbers([1, 2, 3], in: database)
        }
    }

    @Test func `The failure of a queued statement surfaces at the commit`() async throws {
        try await withNumbers { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    try await tx.execute("INSERT INTO number VALUES (1)")
                    tx.send("INSERT INTO number VALUES (1)")
                }
            }
            #expect(error?.code == .uniqueViolation)
            try await expectNumbers([], in: database)
        }
    }

    @Test func `A queued statement that cannot be sent dooms the transaction but no BEGIN is lost`() async throws {
        try await withNumbers { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    _ = try? await tx.execute("SELECT \("\0")")
                    try await tx.execute("INSERT INTO number VALUES (1)")
                    tx.send("SELECT \("\0")")
                }
            }
            #expect(error?.code == .encoding)
            try await expectNumbers([], in: database)
        }
    }

    @Test func `Hooks run in order: the last statements, the commit, the work afterwards`() async throws {
        try await withNumbers { database in
            let seen = Mutex<[Int]>([])
            try await database.transaction { tx in
                tx.scope.beforeCommit { ["INSERT INTO number SELECT max(id) + 1 FROM number"] }
                tx.scope.afterCommit {
                    let numbers = try? await database.read("SELECT id FROM number ORDER BY id").map {
                        try $0["id"] as Int
                    }
                    seen.withLock { $0 = numbers ?? [] }
                }
                try await tx.execute("INSERT INTO number VALUES (1)")
            }
            #expect(seen.withLock { $0 } == [1, 2])
        }
    }

    @Test func `After a rollback no hook runs`() async throws {
        try await withNumbers { database in
            let hooks = Counter()
            await #expect(throws: Refused.self) {
                try await database.transaction { tx in
                    tx.scope.afterCommit { hooks.add() }
                    tx.scope.beforeCommit { throw Refused() }
                    try await tx.execute("INSERT INTO number VALUES (1)")
                }
            }
            #expect(hooks.count == 0)
            try await expectNumbers([], in: database)
        }
    }

    @Test func `A transaction has one value of each type`() async throws {
        final class Notes { var count = 0 }
        try await withNumbers { database in
            let count = try await database.transaction { tx in
                tx.scope.value { Notes() }.count += 1
                tx.scope.value { Notes() }.count += 1
                return tx.scope.value { Notes() }.count
            }
            #expect(count == 2)
        }
    }

    @Test func `Two transactions that deadlock both succeed in the end`() async throws {
        try await withNumbers({ $0.statementTimeout = .seconds(20) }) { database in
            try await database.command("INSERT INTO number VALUES (1), (2)")
            let bothHoldOne = Latch(2)
            let runs = Counter()
            try await withThrowingTaskGroup { group in
                for (first, second) in [(1, 2), (2, 1)] {
                    group.addTask {
                        // The one that is run again may overtake the other, which is not awake yet, and meet it once more.
                        try await database.transaction(TransactionOptions(attempts: 20)) { tx in
                            runs.add()
                            try await tx.execute("UPDATE number SET value = value + 1 WHERE id = \(first)::int")
                            await bothHoldOne.arriveAndWait()
                            try await tx.execute("UPDATE number SET value = value + 1 WHERE id = \(second)::int")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(runs.count >= 3)
            #expect(try await database.read("SELECT value FROM number").map { try $0["value"] as Int } == [2, 2])
        }
    }

    @Test func `Serializable transactions that collide are run again`() async throws {
        try await withNumbers { database in
            let options = TransactionOptions(isolation: .serializable, attempts: 20)
            try await database.command("INSERT INTO number VALUES (1)")
            try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask {
                        try await database.transaction(options) { tx in
                            let value = try await tx.query("SELECT value FROM number WHERE id = 1")[0]["value"] as Int
                            try await tx.execute("UPDATE number SET value = \(value + 1)::int WHERE id = 1")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await database.read("SELECT value FROM number")[0]["value"] as Int == 8)
        }
    }

    @Test func `Options reach the server`() async throws {
        try await withNumbers { database in
            let options = TransactionOptions(
                isolation: .repeatableRead,
                readOnly: true,
                statementTimeout: .milliseconds(4321),
                asynchronousCommit: true
            )
            let settings = try await database.transaction(options) { tx in
                try await tx.query(
                    """
                    SELECT ARRAY[current_setting('transaction_isolation'), current_setting('transaction_read_only'),
                                 current_setting('statement_timeout'), current_setting('synchronous_commit')] AS value
                    """
                )[0]["value"] as [String]
            }
            #expect(settings == ["repeatable read", "on", "4321ms", "off"])
        }
    }

    @Test func `A transaction gets the error of an outdated plan, the next attempt works`() async throws {
        try await withNumbers({ $0.poolMaximum = 2 }) { database in
            try await database.transaction { tx in
                _ = try await tx.query("SELECT * FROM number")
                try await database.command("SELECT 1")
            }
            try await database.command("ALTER TABLE number ADD COLUMN extra int")
            var failures = 0
            for _ in 1...6 {
                do {
                    _ = try await database.transaction { try await $0.query("SELECT * FROM number") }
                } catch let error as DatabaseError {
                    #expect(error.sqlState == "0A000")
                    failures += 1
                }
            }
            #expect(failures == 1)
        }
    }
}
