import TestSupport
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5)))
struct TimeoutTests {
    @Test func `A statement that runs too long is stopped by the server`() async throws {
        try await withDatabase(configure: {
            $0.statementTimeout = .milliseconds(50)
            $0.poolMaximum = 1
        }) { database in
            let pid = try await database.backend()
            let inTransaction = await #expect(throws: DatabaseError.self) {
                try await database.transaction { try await $0.query("SELECT pg_sleep(30)") }
            }
            let inLane = await #expect(throws: DatabaseError.self) { try await database.read("SELECT pg_sleep(30)") }
            for error in [inTransaction, inLane] {
                #expect(error?.code == .timeout)
                #expect(error?.sqlState == "57014")
            }
            #expect(try await database.backend() == pid)
        }
    }

    @Test func `A transaction can have another limit`() async throws {
        try await withDatabase(configure: { $0.statementTimeout = .milliseconds(50) }) { database in
            let options = TransactionOptions(statementTimeout: .seconds(10))
            _ = try await database.transaction(options) { try await $0.query("SELECT pg_sleep(0.1)") }
        }
    }

    @Test func `A lock is not waited for beyond the limit`() async throws {
        try await withDatabase { database in
            try await database.command("CREATE TABLE note (id int)")
            try await database.command("INSERT INTO note VALUES (1)")
            let options = TransactionOptions(lockTimeout: .milliseconds(50))
            try await database.transaction { tx in
                try await tx.execute("UPDATE note SET id = 2")
                let error = await #expect(throws: DatabaseError.self) {
                    try await database.transaction(options) { try await $0.execute("UPDATE note SET id = 3") }
                }
                #expect(error?.code == .timeout)
                #expect(error?.sqlState == "55P03")
            }
            #expect(try await database.read("SELECT id FROM note")[0]["id"] as Int == 2)
        }
    }

    @Test func `Nobody waits for a connection beyond the limit`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 1
            $0.acquireTimeout = .seconds(1)
        }) { database in
            try await database.transaction { tx in
                try await tx.query("SELECT 1")
                let error = await #expect(throws: DatabaseError.self) {
                    try await database.transaction { try await $0.query("SELECT 2") }
                }
                #expect(error?.code == .poolExhausted)
                #expect(error?.isTransient == true)
            }
            _ = try await database.transaction { try await $0.query("SELECT 3") }
            #expect(await database.poolNumbers == PoolNumbers(used: 0, idle: 1, maximum: 1))
        }
    }

    @Test func `A transaction that idles too long loses its connection, the next one has another`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 1
            $0.idleInTransactionTimeout = .milliseconds(50)
        }) { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    let pid: Int = try await tx.value("SELECT pg_backend_pid() AS value")
                    try await eventually {
                        try await database.value(
                            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid)::int) AS value"
                        )
                    }
                    try await tx.query("SELECT 1")
                }
            }
            #expect(error?.code == .connectionLost)
            _ = try await database.backend()
        }
    }
}
