import ArgumentParser
import Foundation

/// Prints the settings in force.
struct Config: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check the environment and print every setting with its value; secrets are not shown.",
        discussion: "Exits with 1 and names every mistake when the configuration cannot be used."
    )

    func run() throws {
        var environment = Environment(ProcessInfo.processInfo.environment)
        var failure: (any Error)?
        do { _ = try Configuration(reading: &environment) } catch { failure = error }
        Output.table(["SETTING", "VALUE", "MEANING"], environment.settings.map { [$0.name, $0.value, $0.meaning] })
        if let failure { throw failure }
    }
}
