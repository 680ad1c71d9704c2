import ArgumentParser
import EventOutbox
import Foundation

extension OutboxCommand {
    /// Accounts for every event.
    struct Audit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Account for every committed event, independently of the cursors.",
            discussion: """
                Compares what was recorded, what has a position and what each listener has passed or set aside, by set
                difference. It runs beside live traffic, in bounded memory, and says at the end what no audit can show.

                Exits with 1 when it finds something. Notes are no finding.

                  storytime outbox audit
                  storytime outbox audit --listener achievements.progress --from 1000 --json
                """
        )

        @Option(help: "Only this listener's deliveries.") var listener: String?
        @Option(help: "The first position; the log's beginning unless given.") var from: Int?
        @Option(help: "The last position; the log's end unless given.") var to: Int?
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let report = try await Program.withComposition(role: "cli") {
                try await $0.operations.audit(of: listener, from: from, through: to)
            }
            if json { try Output.json(report) } else { Self.show(report) }
            if !report.isClean { throw ExitCode(1) }
        }

        private static func show(_ report: AuditReport) {
            print("\(report.events) events, positions \(report.from) to \(report.to)")
            print("")
            Output.table(
                ["LISTENER", "HEARD", "PASSED", "WAITING", "HELD BACK", "SKIPPED"],
                report.listeners.map {
                    [$0.name, "\($0.heard)", "\($0.passed)", "\($0.waiting)", "\($0.heldBack)", "\($0.skipped)"]
                }
            )
            print("")
            show("FINDING", report.findings)
            show("NOTE", report.notes)
            if report.isTruncated { print("… and more; look at a shorter range with --from and --to") }
            for proof in report.proven where report.isClean { print("proven      \(proof)") }
            for limit in report.notProven { print("not proven  \(limit)") }
            print("")
            print(report.isClean ? "clean" : "\(report.findings.count) findings")
        }

        private static func show(_ title: String, _ findings: [AuditFinding]) {
            guard !findings.isEmpty else { return }
            Output.table(
                [title, "LISTENER", "POSITION", "EVENT", "DETAIL"],
                findings.map { finding in
                    [
                        finding.kind, finding.listener ?? "-", finding.position.map(String.init) ?? "-",
                        finding.event?.uuidString.lowercased() ?? "-", finding.detail,
                    ]
                }
            )
            print("")
        }
    }
}
