import EventOutbox
import Foundation
import Logging
import Migrations
import Postgres
import ServiceLifecycle
import Telemetry

/// What all commands share: configuration, logger, and a database that is as this program needs it.
enum Program {
    /// Reads the configuration from the environment.
    static func configuration() throws -> Configuration {
        try Configuration(ProcessInfo.processInfo.environment)
    }

    static func logger(_ configuration: Configuration) -> Logger {
        let service = ServiceDescription(version: configuration.version)
        var logger = Logger(label: "storytime") { label -> any LogHandler in
            guard configuration.telemetry.logsAreJSON else { return StreamLogHandler.standardError(label: label) }
            return JSONLogHandler(label: label, service: service)
        }
        logger.logLevel = configuration.logLevel
        return logger
    }

    /// Runs services until a signal stops them. Refuses to start on a database that is not migrated.
    static func run(
        role: String,
        nodeRoles: Set<NodeIdentity.Role>,
        _ services: (Composition) -> [any Service]
    ) async throws {
        let configuration = try configuration()
        let logger = logger(configuration)
        for warning in configuration.warnings { logger.warning("unknown setting", metadata: ["setting": "\(warning)"]) }
        try await checkMigrations(configuration, logger)
        OpenFiles.raiseLimit()
        // Before anything is made that counts or is traced.
        let telemetry = TelemetryServices(configuration, logger)
        var composition = try Composition(configuration, logger: logger, role: role, nodeRoles: nodeRoles)
        try await composition.start()
        let all = telemetry.services(composition) + services(composition)
        var group = ServiceGroupConfiguration(services: all, logger: logger)
        group.maximumGracefulShutdownDuration = configuration.shutdownLimit
        try await StopSignals.run(ServiceGroup(configuration: group), logger: logger)
        await composition.close()
    }

    /// Runs a task against the database and closes it. Refuses a database that is not migrated, unless the task is to
    /// say so.
    static func withComposition<Result>(
        role: String,
        onlyMigrated: Bool = true,
        _ body: (Composition) async throws -> Result
    ) async throws -> Result {
        let configuration = try configuration()
        var logger = logger(configuration)
        logger.logLevel = max(configuration.logLevel, .warning)
        if onlyMigrated { try await checkMigrations(configuration, logger) }
        let composition = try Composition(configuration, logger: logger, role: role)
        do {
            let result = try await body(composition)
            await composition.close()
            return result
        } catch {
            await composition.close()
            throw error
        }
    }

    /// Runs a task that asks the program about itself: no database need be there, nor be named.
    static func withoutDatabase<Result>(_ body: (Composition) throws -> Result) async throws -> Result {
        var variables = ProcessInfo.processInfo.environment
        variables["STORYTIME_DATABASE_URL"] = "postgresql://nobody@localhost/none"
        let configuration = try Configuration(variables)
        let composition = try Composition(configuration, logger: logger(configuration), role: "cli")
        let result = try body(composition)
        await composition.close()
        return result
    }

    /// What was applied to the database, compared with what this program knows.
    static func migrations() async throws -> MigrationHistory {
        let configuration = try configuration()
        return try await Migrator(configuration.database, logger: logger(configuration)).status()
    }

    private static func checkMigrations(_ configuration: Configuration, _ logger: Logger) async throws {
        let history = try await Migrator(configuration.database, logger: logger).status()
        try history.check()
        guard history.pending.isEmpty else { throw DatabaseNotMigrated(pending: history.pending.map(\.name)) }
    }
}

/// The database is older than this program.
struct DatabaseNotMigrated: Error, CustomStringConvertible {
    let pending: [String]
    var description: String {
        "the database lacks \(pending.joined(separator: ", ")); run `storytime migrate up` first"
    }
}
