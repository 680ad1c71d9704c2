import ArgumentParser
import Foundation

/// What is set, and whether it can be used.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the settings and print them; secrets are not shown.",
        discussion: """
            Settings are variables named STORYTIME_…, or lines of the file that STORYTIME_CONFIG_FILE names. A secret may
            stand in a file of its own: STORYTIME_DATABASE_URL_FILE=/run/secrets/database-url.
            """,
        subcommands: [Print.self, Check.self],
        defaultSubcommand: Print.self
    )

    struct Print: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every setting with its value, where that comes from, and its meaning.",
            discussion: "Exits with 1 and names every mistake when the configuration cannot be used."
        )

        @Flag(help: "Print JSON.") var json = false

        func run() throws {
            let report = ConfigurationReport(ProcessInfo.processInfo.environment)
            if json {
                try Output.json(report)
            } else {
                let rows = report.settings.map { [$0.name, $0.value, $0.source, $0.meaning] }
                Output.table(["SETTING", "VALUE", "FROM", "MEANING"], rows)
            }
            guard report.errors.isEmpty else { throw ConfigurationError(errors: report.errors) }
        }
    }

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Name every mistake in the settings at once. Nothing is connected to; see `storytime doctor`.",
            discussion:
                "Exits with 1 on a mistake, with --strict also when a variable is named like a setting and is none."
        )

        @Flag(help: "Print JSON.") var json = false
        @Flag(help: "Unknown variables are mistakes, too.") var strict = false

        func run() throws {
            let report = ConfigurationReport(ProcessInfo.processInfo.environment)
            if json {
                try Output.json(report)
            } else {
                for error in report.errors { print("error    \(error)") }
                for warning in report.warnings { print("warning  \(warning)") }
                if report.errors.isEmpty, report.warnings.isEmpty {
                    print("\(report.settings.count) settings, all usable")
                }
            }
            if !report.errors.isEmpty || (strict && !report.warnings.isEmpty) { throw ExitCode(1) }
        }
    }
}

/// All that can be said of the settings without connecting to anything.
struct ConfigurationReport: Encodable {
    let settings: [Environment.Setting]
    let errors: [String]
    let warnings: [String]

    init(_ variables: [String: String]) {
        var environment = Environment(variables)
        var errors: [String] = []
        do {
            _ = try Configuration(reading: &environment)
        } catch let error as ConfigurationError {
            errors = error.errors
        } catch {
            errors = ["\(error)"]
        }
        settings = environment.settings
        self.errors = errors
        warnings = environment.warnings
    }
}
