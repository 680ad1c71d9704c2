import Logging
import Postgres
package import TestSupport

/// Lends the program on a new database, migrated and with its catalogue, and removes all of it afterwards.
package func withStorytime<Result>(
    isMigrated: Bool = true,
    _ body: (Storytime) async throws -> Result
) async throws -> Result {
    try await withDatabase(configure: { $0.statementTimeout = .seconds(20) }) { database in
        let url = try TestDatabase.url(for: database.configuration.databaseName ?? "")
        // Slow is not wrong: a busy machine takes its time for a statement.
        let storytime = try Storytime(database, url: url + "&statement_timeout=20000&acquire_timeout=20000")
        return try await lend(storytime, isMigrated: isMigrated, body)
    }
}

/// Lends the program on the database of a cluster that can be stopped.
package func withStorytime<Result>(
    on cluster: PrivateCluster,
    _ body: (Storytime) async throws -> Result
) async throws -> Result {
    let database = Database(try cluster.configuration, on: try TestDatabase.loop, logger: Logger(label: "tests"))
    do {
        let result = try await lend(try Storytime(database, url: cluster.url), isMigrated: true, body)
        await database.close()
        return result
    } catch {
        await database.close()
        throw error
    }
}

/// Lends the program on a database that is somebody else's, and removes what the program has left elsewhere.
package func lend<Result>(
    _ storytime: Storytime,
    isMigrated: Bool,
    _ body: (Storytime) async throws -> Result
) async throws -> Result {
    do {
        if isMigrated {
            try await storytime.run("migrate", "up").succeeded()
            try await storytime.run("seed").succeeded()
        }
        let result = try await body(storytime)
        await storytime.remove()
        return result
    } catch {
        await storytime.remove()
        throw error
    }
}
