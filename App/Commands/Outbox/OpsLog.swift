import ArgumentParser
import EventOutbox
import Foundation

extension OutboxCommand {
    /// Tells what operators did.
    struct OpsLog: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "ops-log",
            abstract: "What operators did, when and why, oldest first.",
            discussion: """
                  storytime outbox ops-log --since 2d
                  storytime outbox ops-log --verb replay --operator ada --json
                """
        )

        @Option(
            help: "Only what was done since: a moment such as 2026-03-01T09:00:00Z, or a while such as 90m, 12h, 7d."
        )
        var since: Moment?
        @Option(name: .customLong("operator"), help: "Only what this operator did.") var name: String?
        @Option(help: "Only this verb, such as replay.") var verb: String?
        @Option(help: "How many, the newest ones.") var limit = 50
        @Flag(help: "Print one JSON value a line.") var json = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
        }

        func run() async throws {
            let filter = OpsLogFilter(since: since?.date, operator: name, verb: verb, limit: limit)
            let entries = try await Program.withComposition(role: "cli") { try await $0.operations.opsLog(filter) }
            guard !json else { return try entries.forEach(Output.jsonLine) }
            Output.table(
                ["AT", "OPERATOR", "VERB", "SUBJECT", "REASON"],
                entries.map { [$0.at.formatted(.iso8601), $0.operator, $0.verb, $0.subject, $0.reason] }
            )
        }
    }
}
