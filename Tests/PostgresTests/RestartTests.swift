import Logging
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RestartTests {
    @Test func `When the server dies all who wait fail, and all goes on when it is back`() async throws {
        let cluster = try await PrivateCluster()
        var configuration = try cluster.configuration
        configuration.statementTimeout = .seconds(60)
        configuration.acquireTimeout = .seconds(20)
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let database = Database(configuration, on: try TestDatabase.loop, logger: silent)

        async let read = code { try await database.read("SELECT pg_sleep(50), 'read'") }
        async let transaction = code {
            try await database.transaction { try await $0.query("SELECT pg_sleep(50), 'tx'") }
        }
        _ = try await database.backend(running: "'read'")
        _ = try await database.backend(running: "'tx'")
        try await cluster.stop()
        #expect(await read == .connectionLost)
        #expect(await transaction == .connectionLost)

        async let waitingRead: Int = database.value("SELECT 1 AS value")
        async let waitingTransaction = database.transaction { try await $0.value("SELECT 2 AS value", as: Int.self) }
        try await cluster.start()
        #expect(try await waitingRead == 1)
        #expect(try await waitingTransaction == 2)
        await database.close()
        try await cluster.remove()
    }

    private func code(_ body: () async throws -> some Any) async -> DatabaseError.Code? {
        do {
            _ = try await body()
            return nil
        } catch {
            return (error as? DatabaseError)?.code
        }
    }
}
