import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5)))
struct PoolTests {
    @Test func `The pool opens on demand, reuses, and never exceeds its maximum`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 3
            $0.acquireTimeout = .seconds(20)
        }) { database in
            #expect(await database.poolNumbers == PoolNumbers(maximum: 3))
            let latch = Latch(3)
            let pids = try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<30 {
                    group.addTask {
                        try await database.transaction { tx in
                            let pid: Int = try await tx.value("SELECT pg_backend_pid() AS value")
                            if number < 3 { await latch.arriveAndWait() }
                            return pid
                        }
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(pids.count == 3)
            #expect(await database.poolNumbers == PoolNumbers(idle: 3, maximum: 3))
        }
    }

    @Test func `Numbers tell who uses and who waits`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 1
            $0.acquireTimeout = .seconds(20)
        }) { database in
            try await database.transaction { tx in
                try await tx.query("SELECT 1")
                async let _ = database.transaction { try await $0.value("SELECT 2 AS value", as: Int.self) }
                try await eventually { await database.poolNumbers.waiting == 1 }
                #expect(await database.poolNumbers == PoolNumbers(used: 1, waiting: 1, maximum: 1))
            }
        }
    }

    @Test func `That more than five wait is logged, once`() async throws {
        let log = InMemoryLogHandler()
        try await withDatabase(
            logger: Logger(label: "tests") { _ in log },
            configure: {
                $0.poolMaximum = 1
                $0.acquireTimeout = .seconds(20)
            }
        ) { database in
            let latch = Latch(2)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await database.transaction { tx in
                        try await tx.query("SELECT 1")
                        await latch.arriveAndWait()
                    }
                }
                try await eventually { await database.poolNumbers.used == 1 }
                for _ in 0..<7 {
                    group.addTask { try await database.transaction { _ = try await $0.query("SELECT 2") } }
                }
                try await eventually { await database.poolNumbers.waiting == 7 }
                await latch.arriveAndWait()
                try await group.waitForAll()
            }
        }
        let warnings = log.entries.filter { $0.message == "transactions wait for a connection" }
        #expect(warnings.map { $0.metadata["waiting"]?.description } == ["6"])
    }

    @Test func `Idle connections go, but for the minimum, which comes back when lost`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 4
            $0.poolMinimum = 2
        }) { database in
            let latch = Latch(4)
            await withTaskGroup { group in
                for _ in 1...4 {
                    group.addTask {
                        _ = try? await database.transaction { tx in
                            try await tx.query("SELECT 1")
                            await latch.arriveAndWait()
                        }
                    }
                }
            }
            await database.pool.sweep(now: .now + .seconds(29))
            #expect(await database.poolNumbers.idle == 4)
            await database.pool.sweep(now: .now + .seconds(31))
            #expect(await database.poolNumbers.idle == 2)
            try await database.transaction { tx in
                try await tx.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%/write'
                    AND datname = current_database() AND pid <> pg_backend_pid()
                    """
                )
                try await eventually { await database.poolNumbers.idle == 0 }
            }
            await database.pool.sweep()
            try await eventually { await database.poolNumbers.idle == 2 }
        }
    }

    @Test func `Start opens the minimum`() async throws {
        try await withDatabase(configure: { $0.poolMinimum = 3 }) { database in
            await database.start()
            try await eventually { await database.poolNumbers.idle == 3 }
        }
    }

    @Test func `A connection that breaks fails its own transaction alone`() async throws {
        try await withDatabase { database in
            let latch = Latch(2)
            async let other = database.transaction { tx in
                try await tx.query("SELECT 1")
                await latch.arriveAndWait()
                return try await tx.value("SELECT 2 AS value", as: Int.self)
            }
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    let pid: Int = try await tx.value("SELECT pg_backend_pid() AS value")
                    try await database.terminate(pid)
                    try await eventually { (try? await tx.query("SELECT 3")) == nil }
                    await latch.arriveAndWait()
                    try await tx.query("SELECT 4")
                }
            }
            #expect(error?.code == .connectionLost)
            #expect(try await other == 2)
            try await eventually { await database.poolNumbers.used == 0 }
            _ = try await database.backend()
        }
    }

    @Test func `A connection lost before COMMIT is no unknown commit`() async throws {
        try await withDatabase { database in
            let error = await #expect(throws: DatabaseError.self) {
                try await database.transaction { tx in
                    let pid: Int = try await tx.value("SELECT pg_backend_pid() AS value")
                    try await database.terminate(pid)
                    // A busy machine may fail it for other reasons before the server's process is gone.
                    try await eventually {
                        do {
                            try await tx.query("SELECT 3")
                            return false
                        } catch {
                            return (error as? DatabaseError)?.code == .connectionLost
                        }
                    }
                }
            }
            #expect(error?.code == .connectionLost)
        }
    }

    @Test func `Close waits for transactions at work and refuses new ones`() async throws {
        try await withDatabase { database in
            let (atWork, mayEnd) = (Latch(1), Latch(1))
            async let last = database.transaction { tx in
                try await tx.query("SELECT 1")
                atWork.arrive()
                await mayEnd.wait()
                return try await tx.value("SELECT 2 AS value", as: Int.self)
            }
            await atWork.wait()
            async let closed: Void = database.close()
            try await eventually {
                let error = await #expect(throws: DatabaseError.self) {
                    try await database.transaction { try await $0.query("SELECT 3") }
                }
                return error?.code == .poolExhausted
            }
            mayEnd.arrive()
            #expect(try await last == 2)
            await closed
            #expect(await database.poolNumbers.used == 0)
        }
    }

    @Test func `What a transaction leaves open does not reach the next one`() async throws {
        try await withDatabase(configure: { $0.poolMaximum = 1 }) { database in
            try await database.command("BEGIN")
            let isFresh: Bool = try await database.transaction { tx in
                try await tx.value("SELECT now() = statement_timestamp() AS value")
            }
            _ = isFresh
            let rows = try await database.read(
                """
                SELECT count(*) AS count FROM pg_stat_activity
                WHERE state LIKE 'idle in%' AND datname = current_database()
                """
            )
            #expect(try rows[0]["count"] as Int == 0)
        }
    }
}
