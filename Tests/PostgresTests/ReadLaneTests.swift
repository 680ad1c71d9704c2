import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ReadLaneTests {
    @Test func `One bad read among two hundred fails alone`() async throws {
        try await withDatabase { database in
            let outcomes = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do {
                            return (
                                number, .success(try await database.value("SELECT 100 / (\(number) - 77) AS value"))
                            )
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
            for (number, outcome) in outcomes {
                switch outcome {
                case .success(let value): #expect(value == 100 / (number - 77))
                case .failure(let error):
                    #expect(number == 77)
                    #expect((error as? DatabaseError)?.sqlState == "22012")
                }
            }
            #expect(outcomes.count == 200)
        }
    }

    @Test func `Reads whose text is bad take down no neighbour that is prepared for the first time`() async throws {
        try await withDatabase(configure: { $0.readConnections = 1 }) { database in
            try await withThrowingTaskGroup { group in
                for number in 0..<100 {
                    group.addTask {
                        if number.isMultiple(of: 10) {
                            await #expect(throws: DatabaseError.self) {
                                try await database.read("SELECT \(raw: "bad\(number)")")
                            }
                        } else {
                            let value: Int = try await database.value("SELECT \(raw: "\(number)") + \(1) AS value")
                            #expect(value == number + 1)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func `Many reads share few connections`() async throws {
        try await withDatabase(configure: { $0.readConnections = 2 }) { database in
            let pids = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<300 { group.addTask { try await database.value("SELECT pg_backend_pid() AS value") } }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect((1...2).contains(pids.count))
        }
    }

    @Test(arguments: [
        "CREATE TABLE x (id int)", "INSERT INTO note VALUES (1)", "SELECT nextval('counter')",
    ])
    func `The read lane cannot write`(sql: String) async throws {
        try await withDatabase { database in
            try await database.command("CREATE TABLE note (id int)")
            try await database.command("CREATE SEQUENCE counter")
            let error = await #expect(throws: DatabaseError.self) { try await database.read("\(raw: sql)") }
            #expect(error?.sqlState == "25006")
            #expect(try await database.value("SELECT count(*) AS value FROM note") == 0)
        }
    }

    @Test func `A read that opens a transaction costs the connection, not the neighbours' sanity`() async throws {
        try await withDatabase(configure: { $0.readConnections = 1 }) { database in
            let before: Int = try await database.value("SELECT pg_backend_pid() AS value")
            _ = try? await database.read("BEGIN")
            try await eventually {
                let now: Int? = try? await database.value("SELECT pg_backend_pid() AS value")
                return now != nil && now != before
            }
        }
    }

    @Test func `A plan that ALTER TABLE made useless is made anew`() async throws {
        try await withDatabase(configure: { $0.readConnections = 1 }) { database in
            try await database.command("CREATE TABLE note (id int)")
            try await database.command("INSERT INTO note VALUES (1)")
            for round in 1...4 {
                let rows = try await database.read("SELECT * FROM note")
                #expect(rows.count == 1)
                try await database.command(
                    "ALTER TABLE note ADD COLUMN \(raw: "extra\(round)") int DEFAULT \(raw: "\(round)")"
                )
            }
            let last = try await database.read("SELECT * FROM note")
            #expect(try last[0]["extra4"] as Int == 4)
        }
    }

    @Test func `A connection that breaks fails its own reads, and the next reads go on`() async throws {
        try await withDatabase(configure: { $0.statementTimeout = .seconds(30) }) { database in
            async let killed = database.read("SELECT pg_sleep(20), 'victim'")
            let victim = try await database.backend(running: "victim")
            try await database.terminate(victim)
            do {
                _ = try await killed
                Issue.record("the read survived its connection")
            } catch let error as DatabaseError {
                #expect(error.code == .connectionLost)
                #expect(error.sqlState == "57P01")
                #expect(error.isTransient)
            }
            for _ in 1...20 {
                let value: Int = try await database.value("SELECT 1 AS value")
                #expect(value == 1)
            }
        }
    }

    @Test func `Reads fail after the acquire timeout when there is no server`() async throws {
        let nowhere = FileManager.default.temporaryDirectory.path
        var configuration = try DatabaseConfiguration(url: "postgresql://nobody@/nothing?host=\(nowhere)&port=1")
        configuration.acquireTimeout = .milliseconds(200)
        let database = Database(
            configuration,
            on: try TestDatabase.loop,
            logger: .init(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let started = ContinuousClock.now
        let error = await #expect(throws: DatabaseError.self) { try await database.read("SELECT 1") }
        #expect(error?.code == .connectFailed)
        #expect(error?.message.contains("No such file") == true)
        #expect((Duration.milliseconds(200)...Duration.seconds(60)).contains(started.duration(to: .now)))
        await database.close()
    }

    @Test func `No more than the maximum wait`() async throws {
        try await withDatabase(configure: {
            $0.waitingMaximum = 5
            $0.readConnections = 1
        }) { database in
            let codes = await withTaskGroup(of: DatabaseError.Code?.self) { group in
                for _ in 0..<400 {
                    group.addTask {
                        do {
                            _ = try await database.read("SELECT pg_sleep(0.001)")
                            return nil
                        } catch {
                            return (error as? DatabaseError)?.code
                        }
                    }
                }
                return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(Set(codes.keys) == [nil, .poolExhausted])
        }
    }

    @Test func `After close every read fails`() async throws {
        try await withDatabase { database in
            _ = try await database.read("SELECT 1")
            await database.close()
            let error = await #expect(throws: DatabaseError.self) { try await database.read("SELECT 1") }
            #expect(error?.code == .connectionLost)
        }
    }
}
