import ArgumentParser
import EventOutbox
import Foundation

/// Makes a restored database usable again.
struct Restamp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Go on with a database that was restored from a dump or failed over to an older copy.",
        discussion: "Run it once, while nothing publishes, when `storytime outbox status` says so."
    )

    @Option(help: "Why; kept in the log of operations.") var reason: String
    @Option(name: .customLong("operator"), help: "Who does it; the user's name unless given.") var name: String?

    func run() async throws {
        let person = name ?? ProcessInfo.processInfo.environment["USER"] ?? "unknown"
        let count = try await Program.withComposition(role: "cli") { composition in
            try await composition.operations.restamp(by: Operator(name: person, reason: reason))
        }
        print("\(count) events without a position will get one")
    }
}
