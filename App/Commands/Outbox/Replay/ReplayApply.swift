import ArgumentParser
import EventOutbox
import Foundation

extension Replay {
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replay, here or with --detach on the nodes; --dry-run says what would change.",
            discussion: """
                A dry run hands over up to --sample events in a transaction and rolls it back. What was interrupted or has
                failed goes on with --resume. Exits with 3 when there is nothing to replay.

                  storytime outbox replay apply achievements.progress --since 2d --dry-run
                  storytime outbox replay apply achievements.progress --since 2d --rate 500 --reason "badges were wrong"
                """
        )

        @Argument(help: "The listener.") var listener: String?
        @OptionGroup var selection: Selection
        @Option(help: "Take up a replay that was interrupted or has failed.") var resume: ReplayReference?
        @Flag(help: "Let the nodes that bring events to listeners drive it.") var detach = false
        @Option(help: "How many events a dry run tries.") var sample = 5_000
        @OptionGroup var change: ChangeOptions

        func validate() throws {
            guard (resume == nil) != (listener == nil) else {
                throw ValidationError("name a listener, or --resume a replay")
            }
            guard (1...1_000_000).contains(sample) else { throw ValidationError("--sample must be from 1 to 1000000") }
        }

        func run() async throws {
            try await Program.withComposition(role: "cli") { composition in
                let operations = composition.operations
                if let resume { return try await goOn(resume.id, operations) }
                let plan = try await operations.planReplay(selection.request(for: listener ?? ""))
                if change.json { try Output.jsonLine(plan) } else { plan.show() }
                guard plan.total > 0 else { throw ExitCode(3) }
                guard !change.dryRun else { return try await rehearse(plan, operations) }
                let id = try await operations.beginReplay(plan, detached: detach, by: change.person)
                try await drive(id, operations)
            }
        }

        private func goOn(_ id: UUID, _ operations: OutboxOperations) async throws {
            let status = try await operations.replay(id)
            guard status.isOpen else {
                print("nothing to do: it is \(status.state.rawValue)")
                throw ExitCode(3)
            }
            guard !change.dryRun else { return try report(status) }
            _ = try await operations.resumeReplay(id, detached: detach, by: change.person)
            try await drive(id, operations)
        }

        private func rehearse(_ plan: ReplayPlan, _ operations: OutboxOperations) async throws {
            let rehearsal = try await operations.rehearseReplay(plan, atMost: sample)
            if change.json { try Output.jsonLine(rehearsal) } else { rehearsal.show(plan) }
        }

        private func drive(_ id: UUID, _ operations: OutboxOperations) async throws {
            guard !detach else { return try report(try await operations.replay(id)) }
            do {
                try await operations.runReplay(id) { status in
                    try? report(status)
                    Output.flush()
                }
            } catch {
                print(
                    "stopped; after the fix: storytime outbox replay --resume \(id.uuidString.lowercased()) --reason …"
                )
                throw error
            }
        }

        private func report(_ status: ReplayStatus) throws {
            guard !change.json else { return try Output.jsonLine(status) }
            print("\(status.id.uuidString.lowercased())  \(status.progress)")
        }
    }
}
