import ArgumentParser

/// The program. Every command reads its configuration from the environment; see `storytime help`.
@main
struct Storytime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storytime",
        abstract: "The backend of a children's storytelling product.",
        discussion: """
            Configuration comes from the environment. The one that has no default:

              STORYTIME_DATABASE_URL   postgresql://user:password@host:port/database

            `storytime config` lists all of them with the values in force.
            """,
        subcommands: [
            Serve.self, Work.self, Migrate.self, Seed.self, OutboxCommand.self, CacheCommand.self, Admin.self,
            Config.self, Describe.self, Doctor.self,
        ]
    )
}
