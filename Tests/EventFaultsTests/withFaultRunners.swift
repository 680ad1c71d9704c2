import EventFaults
import Logging
import Migrations
import Postgres
import TestSupport

/// Lends runners that work side by side, each on a database of its own.
///
/// The server is private and does not wait for its disk, which these tests do not pull the plug of: thousands of commits
/// would wait for nothing else.
func withFaultRunners(
    _ count: Int,
    _ make: @escaping @Sendable (Database) async throws -> any Candidate,
    _ body: @escaping @Sendable (_ worker: Int, FaultRunner) async throws -> Void
) async throws {
    let cluster = try await PrivateCluster()
    do {
        try await withThrowingDiscardingTaskGroup { group in
            for worker in 0..<count {
                group.addTask {
                    try await lend(try await database(worker, of: cluster), make) { try await body(worker, $0) }
                }
            }
        }
        try await cluster.remove()
    } catch {
        try await cluster.remove()
        throw error
    }
}

/// Makes a migrated database.
private func database(_ worker: Int, of cluster: PrivateCluster) async throws -> Database {
    let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    try await Session.with(try cluster.configuration) { session in
        _ = try await session.run("CREATE DATABASE worker_\(worker) TEMPLATE template0")
    }
    var configuration = try cluster.configuration
    configuration.databaseName = "worker_\(worker)"
    configuration.poolMinimum = 0
    configuration.statementTimeout = .seconds(120)
    try await Migrator(configuration, logger: quiet).up()
    return Database(configuration, on: try TestDatabase.loop, logger: quiet)
}

private func lend(
    _ database: Database,
    _ make: (Database) async throws -> any Candidate,
    _ body: (FaultRunner) async throws -> Void
) async throws {
    let ground = try await Ground(database)
    do {
        try await body(try await FaultRunner(on: ground, make))
        await ground.close()
        await database.close()
    } catch {
        await ground.close()
        await database.close()
        throw error
    }
}
