package import Logging
import Migrations
package import Postgres

/// Lends a database with every schema of Storytime, copied from a template that is made once per test process.
package func withMigratedDatabase<Result>(
    logger: Logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() },
    configure: (inout DatabaseConfiguration) -> Void = { _ in },
    _ body: (Database) async throws -> Result
) async throws -> Result {
    try await withDatabase(
        from: try await MigratedTemplate.shared.name(),
        logger: logger,
        configure: configure,
        body
    )
}

/// Makes the template when it is first asked for. Databases of test processes that died stay behind; the cluster is
/// private and `make clean` removes it.
private actor MigratedTemplate {
    static let shared = MigratedTemplate()
    private var making: Task<String, any Error>?

    func name() async throws -> String {
        let task =
            making
            ?? Task {
                let name = try await TestDatabase.create()
                let migrator = Migrator(
                    try TestDatabase.configuration(for: name),
                    logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
                )
                try await migrator.up()
                return name
            }
        making = task
        return try await task.value
    }
}
