import ArgumentParser
import Logging
import Migrations

/// Brings the database to the state that this program needs.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the database to the state that this program needs.",
        subcommands: [Up.self, Status.self, Verify.self],
        defaultSubcommand: Status.self
    )

    struct Up: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Apply pending migrations.",
            discussion: "Nodes may do this together: one applies them while the others wait."
        )

        func run() async throws {
            let applied = try await Migrate.migrator().up()
            for migration in applied { print("applied \(migration.name)  \(migration.title)") }
            if applied.isEmpty { print("nothing to do") }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List applied and pending migrations.",
            discussion: "Exits with 1 when something is pending or in conflict."
        )

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let history = try await Migrate.migrator().status()
            if json {
                try Output.json(MigrationReport(history))
            } else {
                for row in history.applied {
                    print("applied  \(row.schema)/\(row.number)  \(row.title)  \(row.appliedAt)")
                }
                for migration in history.pending { print("pending  \(migration.name)  \(migration.title)") }
                for conflict in history.conflicts { print("conflict \(conflict)") }
            }
            if !history.pending.isEmpty || !history.conflicts.isEmpty { throw ExitCode(1) }
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that what was applied is what this program knows.",
            discussion: "Compares checksums; exits with 1 when they differ. Pending migrations are no mistake here."
        )

        func run() async throws {
            let history = try await Migrate.migrator().status()
            try history.check()
            print("\(history.applied.count) applied, \(history.pending.count) pending, all as they should be")
        }
    }

    private static func migrator() throws -> Migrator {
        let configuration = try Program.configuration()
        return Migrator(configuration.database, logger: Program.logger(configuration))
    }
}

private struct MigrationReport: Encodable {
    let applied: [AppliedMigration]
    let pending: [String]
    let conflicts: [String]

    init(_ history: MigrationHistory) {
        applied = history.applied
        pending = history.pending.map(\.name)
        conflicts = history.conflicts
    }
}
