package import Logging
package import Postgres

/// Lends an empty database, or a copy of a template, for the time of one closure, and drops it afterwards.
///
/// Only a few are lent at a time, so that tests in parallel stay within the server's connections; the others wait.
package func withDatabase<Result>(
    from template: String = "template0",
    logger: Logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
    configure: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> Result
) async throws -> Result {
    await DatabaseTickets.shared.take()
    let result: Swift.Result<Result, any Error>
    do {
        let name = try await TestDatabase.create(from: template)
        result = await lend(name, logger, configure, body)
        // In a task of its own, because a test out of time is cancelled and its database has to go all the same.
        try await Task { try await TestDatabase.drop(name) }.value
    } catch {
        await DatabaseTickets.shared.giveBack()
        throw error
    }
    await DatabaseTickets.shared.giveBack()
    return try result.get()
}

private func lend<Result>(
    _ name: String,
    _ logger: Logger,
    _ configure: (inout DatabaseConfiguration) -> Void,
    _ body: (Database) async throws -> Result
) async -> Swift.Result<Result, any Error> {
    do {
        var configuration = try TestDatabase.configuration(for: name)
        configuration.poolMinimum = 0
        configure(&configuration)
        let database = Database(configuration, on: try TestDatabase.loop, logger: logger)
        do {
            let result = try await body(database)
            await database.close()
            return .success(result)
        } catch {
            await database.close()
            return .failure(error)
        }
    } catch {
        return .failure(error)
    }
}

/// Bounds how many databases are lent at a time.
private actor DatabaseTickets {
    static let shared = DatabaseTickets()
    private var free = 8
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
