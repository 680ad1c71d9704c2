import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct CancellationTests {
    private func withPatientDatabase(
        grace: Duration = .milliseconds(20),
        _ body: @Sendable (Database) async throws -> Void
    ) async throws {
        try await withDatabase(
            configure: {
                $0.statementTimeout = .seconds(50)
                $0.acquireTimeout = .seconds(50)
                $0.cancelGrace = grace
                $0.readConnections = 1
            },
            body
        )
    }

    @Test func `A cancelled transaction ends at once, its statement after the grace, its connection lives on`()
        async throws
    {
        try await withPatientDatabase { database in
            let task = Task {
                try await database.transaction { _ = try await $0.query("SELECT pg_sleep(40), 'cancelled'") }
            }
            let pid = try await database.backend(running: "'cancelled'")
            let started = ContinuousClock.now
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(started.duration(to: .now) < .seconds(10))
            try await database.quiet("'cancelled'")
            try await eventually { await database.poolNumbers.used == 0 }
            let alive: Bool = try await database.value(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = \(pid)::int AND state = 'idle') AS value"
            )
            #expect(alive)
        }
    }

    @Test func `Before the grace is over nothing is stopped`() async throws {
        try await withPatientDatabase(grace: .seconds(60)) { database in
            let task = Task { try await database.read("SELECT pg_sleep(3)") }
            let other = Task { try await database.read("SELECT pg_sleep(0.1)") }
            _ = try await database.backend(running: "pg_sleep")
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            _ = try await other.value
        }
    }

    @Test func `A cancelled read ends at once and its neighbours get their rows`() async throws {
        try await withPatientDatabase { database in
            _ = try await database.read("SELECT 1")
            let slow = Task { try await database.read("SELECT pg_sleep(40), 'cancelled'") }
            _ = try await database.backend(running: "'cancelled'")
            async let neighbours = withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...40 { group.addTask { try await database.value("SELECT \(number) AS value") } }
                return try await group.reduce(0, +)
            }
            slow.cancel()
            await #expect(throws: CancellationError.self) { try await slow.value }
            let sum = try await neighbours
            #expect(sum == 820)
        }
    }

    @Test func `Who is cancelled while waiting for a connection leaves the line`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 1
            $0.acquireTimeout = .seconds(50)
        }) { database in
            try await database.transaction { tx in
                try await tx.query("SELECT 1")
                let waiting = Task { try await database.transaction { try await $0.query("SELECT 2") } }
                try await eventually { await database.poolNumbers.waiting == 1 }
                waiting.cancel()
                await #expect(throws: CancellationError.self) { try await waiting.value }
                #expect(await database.poolNumbers.waiting == 0)
            }
        }
    }

    @Test func `A task that is cancelled already sends nothing`() async throws {
        try await withDatabase { database in
            try await database.command("CREATE TABLE note (id int)")
            await withTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    await #expect(throws: CancellationError.self) {
                        try await database.transaction { try await $0.execute("INSERT INTO note VALUES (1)") }
                    }
                    await #expect(throws: CancellationError.self) { try await database.read("SELECT 1") }
                }
            }
            #expect(try await database.read("SELECT FROM note").isEmpty)
        }
    }

    @Test func `A late request to stop never hits the next transaction on the connection`() async throws {
        try await withDatabase(configure: {
            $0.poolMaximum = 1
            $0.statementTimeout = .seconds(50)
            $0.acquireTimeout = .seconds(50)
            $0.cancelGrace = .zero
        }) { database in
            for round in 0..<150 {
                let seconds = Double(round % 10) * 0.0005
                let doomed = Task {
                    try await database.transaction { try await $0.query("SELECT pg_sleep(\(seconds))") }
                }
                let next = Task { try await database.transaction { try await $0.query("SELECT pg_sleep(0.001)") } }
                _ = try await database.read("SELECT pg_sleep(\(seconds))")
                doomed.cancel()
                _ = try await next.value
                _ = try? await doomed.value
            }
        }
    }

    @Test func `Requests to stop reads never reach the caller of another read`() async throws {
        try await withDatabase(configure: {
            $0.readConnections = 1
            $0.statementTimeout = .seconds(50)
            $0.cancelGrace = .zero
        }) { database in
            try await withThrowingTaskGroup { group in
                for number in 0..<400 {
                    group.addTask {
                        if number.isMultiple(of: 4) {
                            let doomed = Task { try await database.read("SELECT pg_sleep(\(0.002))") }
                            _ = try await database.read("SELECT \(number)")
                            doomed.cancel()
                            _ = try? await doomed.value
                        } else {
                            let value: Int = try await database.value("SELECT \(number) AS value")
                            #expect(value == number)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `A commit that is under way is waited for, and its outcome told`() async throws {
        try await withDatabase { database in
            try await database.command("CREATE TABLE note (id int)")
            for number in 1...60 {
                let task = Task {
                    try await database.transaction { $0.send("INSERT INTO note VALUES (\(number)::int)") }
                }
                if number.isMultiple(of: 2) { await Task.yield() }
                task.cancel()
                let isCommitted = (try? await task.value) != nil
                let isThere: Bool = try await database.value(
                    "SELECT EXISTS (SELECT FROM note WHERE id = \(number)) AS value"
                )
                #expect(isCommitted == isThere)
            }
        }
    }
}
