import ArgumentParser
import EventOutbox
import Migrations

extension OutboxCommand {
    /// Tries whether this program can take over the database.
    struct Preflight: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Try whether this program can decode and route everything undelivered, before it is deployed.",
            discussion: """
                Reads every event that some listener has yet to see, and everything set aside, with this program's types
                and upcasts; compares listeners and migrations. Changes nothing. Run it with the new binary against the
                live database.

                Exits with 1 when something would go wrong, with --strict also when there is something to know.

                  storytime outbox preflight
                  storytime outbox preflight --strict --json
                """
        )

        @Flag(help: "Exit with 1 also when there are only notices.") var strict = false
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let report = try await report()
            if json { try Output.json(report) } else { show(report) }
            if !report.isReady || strict && !report.notices.isEmpty { throw ExitCode(1) }
        }

        private func report() async throws -> PreflightReport {
            let history = try await Program.migrations()
            var report = PreflightReport()
            if history.applied.contains(where: { $0.schema == "events" }) {
                report = try await Program.withComposition(role: "cli", onlyMigrated: false) {
                    try await $0.operations.preflight(Features.catalog)
                }
            }
            for conflict in history.conflicts { report.object("migration-conflict", "migrations", conflict) }
            for migration in history.pending {
                report.note(
                    "migration-pending",
                    migration.name,
                    "\(migration.title); `storytime migrate up` applies it"
                )
            }
            return report
        }

        private func show(_ report: PreflightReport) {
            print("\(report.events) events read, after position \(report.after) up to \(report.head)")
            for (title, findings) in [("PROBLEM", report.problems), ("NOTICE", report.notices)] where !findings.isEmpty
            {
                print("")
                Output.table([title, "SUBJECT", "DETAIL"], findings.map { [$0.kind, $0.subject, $0.detail] })
            }
            print("")
            print(report.isReady ? "ready" : "not ready: \(report.problems.count) problems")
        }
    }
}
