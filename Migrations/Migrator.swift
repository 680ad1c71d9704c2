public import Logging
public import Postgres

/// Brings a database to the state that this program needs.
///
/// Nodes may start together: an advisory lock lets one migrate while the others wait and then find nothing to do. Each
/// migration is a transaction of its own, recorded with its checksum.
public struct Migrator: Sendable {
    private let configuration: DatabaseConfiguration
    private let migrations: [Migration]
    private let logger: Logger

    /// A migrator of all migrations of this program.
    public init(_ configuration: DatabaseConfiguration, migrations: [Migration] = Migrations.all, logger: Logger) {
        self.configuration = configuration
        self.migrations = migrations
        self.logger = logger
    }

    /// Applies what is pending and returns it. Throws before anything is applied when the database and this program
    /// disagree about what was applied before.
    @discardableResult
    public func up() async throws -> [Migration] {
        try await Session.with(configuration, role: "migrate") { session in
            try await session.run(
                "SET client_min_messages = warning; SET lock_timeout = '60s'; SELECT pg_advisory_lock(\(Self.lock))"
            )
            try await session.run(Self.bookkeeping)
            let history = MigrationHistory(known: migrations, applied: try await applied(session))
            try history.check()
            for migration in history.pending { try await apply(migration, session) }
            return history.pending
        }
    }

    /// What was applied, what is pending, and where the database and this program disagree. Changes nothing.
    public func status() async throws -> MigrationHistory {
        try await Session.with(configuration, role: "migrate") { session in
            let exists = try await session.run("SELECT to_regclass('storytime.migration') IS NOT NULL")
            let applied = exists.first?.first == "t" ? try await applied(session) : []
            return MigrationHistory(known: migrations, applied: applied)
        }
    }

    /// "storytime" in ASCII, cut to a bigint: nobody else's lock.
    private static let lock = 0x7374_6f72_7974_696d

    private static let bookkeeping = """
        CREATE SCHEMA IF NOT EXISTS storytime;
        CREATE TABLE IF NOT EXISTS storytime.migration (
            schema     text NOT NULL,
            number     integer NOT NULL,
            title      text NOT NULL,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(),
            PRIMARY KEY (schema, number)
        );
        """

    private func applied(_ session: Session) async throws -> [AppliedMigration] {
        let rows = try await session.run(
            "SELECT schema, number, title, checksum, applied_at FROM storytime.migration ORDER BY applied_at, schema, number"
        )
        return rows.map { row in
            AppliedMigration(
                schema: row[0] ?? "",
                number: row[1].flatMap { Int($0) } ?? 0,
                title: row[2] ?? "",
                checksum: row[3] ?? "",
                appliedAt: row[4] ?? ""
            )
        }
    }

    private func apply(_ migration: Migration, _ session: Session) async throws {
        let start = ContinuousClock.now
        do {
            try await session.run(script(migration))
        } catch {
            _ = try? await session.run("ROLLBACK")
            throw MigrationFailure(migration: migration.name, title: migration.title, reason: "\(error)")
        }
        logger.info(
            "migration applied",
            metadata: [
                "migration": "\(migration.name)", "title": "\(migration.title)",
                "duration": "\(start.duration(to: .now))",
            ]
        )
    }

    private func script(_ migration: Migration) -> String {
        """
        BEGIN;
        SET LOCAL lock_timeout = '10s';
        CREATE SCHEMA IF NOT EXISTS \(migration.schema);
        \(migration.sql)
        ;INSERT INTO storytime.migration (schema, number, title, checksum)
        VALUES (\(migration.schema.sqlLiteral), \(migration.number), \(migration.title.sqlLiteral), '\(migration.checksum)');
        COMMIT;
        """
    }
}
