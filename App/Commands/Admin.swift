import ArgumentParser
import Auth
import Cache
import Logging
import Stories

/// Fills a new database with the catalogue.
struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Bring the catalogue of stories to what this program carries. Safe to repeat."
    )

    func run() async throws {
        try await Program.withComposition(role: "cli") { composition in
            try await composition.features.stories.seed()
            do {
                try await composition.cache.invalidateAllEverywhere()
            } catch {
                composition.logger.warning(
                    "nodes may show the catalogue as it was for an hour; run `storytime cache invalidate --all`",
                    metadata: ["error": "\(error)"]
                )
            }
        }
        print("the catalogue is up to date")
    }
}

/// What only operators may do to accounts.
struct Admin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Operate on accounts.",
        subcommands: [Grant.self]
    )

    struct Grant: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a registered account an administrator's, at once."
        )

        @Argument(help: "The account's e-mail address.") var email: String

        func run() async throws {
            let found = try await Program.withComposition(role: "cli") {
                try await $0.features.auth.grantAdministrator(email: email)
            }
            guard found else { throw ValidationError("nobody has registered \(email)") }
            print("\(email) is an administrator now")
        }
    }
}
