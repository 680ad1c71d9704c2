import ArgumentParser
import EventOutbox
import StrictJSON

extension OutboxCommand {
    /// Makes a projection anew.
    struct Rebuild: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a projection anew from its events and compare it with what is there.",
            discussion: """
                For listeners that name their tables. It is one transaction: the listener waits meanwhile, readers do not.
                --diff rolls back and prints the rows that differ, - as they are and + as the events make them; it exits
                with 1 when there are any. --apply keeps the rebuilt rows. Events are not announced again. Exits with 3
                when the listener cannot be rebuilt.

                  storytime outbox rebuild achievements.progress --diff
                  storytime outbox rebuild achievements.progress --apply --reason "rows were edited by hand"
                """
        )

        @Argument(help: "The listener.") var listener: String
        @Flag(help: "Compare and roll back.") var diff = false
        @Flag(help: "Keep the rebuilt rows.") var apply = false
        @Option(help: "How many rows of each table are printed.") var examples = 20
        @Option(help: "Why; kept in the log of operations.") var reason: String?
        @Option(name: .customLong("operator"), help: "Who does it; the user's name unless given.") var name: String?
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard diff != apply else { throw ValidationError("say --diff to compare, or --apply to keep") }
            guard diff || reason?.isEmpty == false else {
                throw ValidationError("say why with --reason, or try --diff first")
            }
            guard (0...10_000).contains(examples) else { throw ValidationError("--examples must be from 0 to 10000") }
        }

        func run() async throws {
            let report = try await Program.withComposition(role: "cli") { composition in
                do {
                    return try await composition.operations.rebuild(
                        listener,
                        examples: examples,
                        applying: apply ? ChangeOptions.person(name, because: reason ?? "") : nil
                    )
                } catch let refusal as RebuildRefusal {
                    print(refusal)
                    throw ExitCode(3)
                }
            }
            if json { try Output.json(report) } else { Self.show(report) }
            if diff, !report.isEqual { throw ExitCode(1) }
        }

        private static func show(_ report: RebuildReport) {
            Output.table(
                ["TABLE", "ROWS", "REBUILT", "SURPLUS", "MISSING"],
                report.tables.map { [$0.table, "\($0.live)", "\($0.rebuilt)", "\($0.surplus)", "\($0.missing)"] }
            )
            for table in report.tables {
                for row in table.surplusRows { print("- \(table.table) \(String(decoding: row.bytes, as: UTF8.self))") }
                for row in table.missingRows { print("+ \(table.table) \(String(decoding: row.bytes, as: UTF8.self))") }
            }
            for change in report.undeclared { print("also changes \(change.table), which it does not name") }
            for (name, count) in report.announced.sorted(by: { $0.key < $1.key }) {
                print("dropped \(count)  \(name), announced when it happened")
            }
            let outcome =
                report.isEqual ? "the tables are what the events say" : "the tables are not what the events say"
            print(
                "\(report.events) events: \(outcome); \(report.isApplied ? "the rebuilt rows are kept" : "nothing was changed")"
            )
        }
    }
}
