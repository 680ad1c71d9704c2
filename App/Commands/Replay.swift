import ArgumentParser
import EventOutbox
import Foundation

/// Hands events to one listener again.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hand events of the log to one listener again.",
        discussion: """
            Live traffic goes on beside it. Listeners of Storytime bear it: what was written before is not written twice.

              storytime outbox replay achievements.progress --from 1 --dry-run
              storytime outbox replay achievements.progress --from 1 --to 500 --reason "badges were wrong"
              storytime outbox replay --resume 018f…   # after an interruption
            """
    )

    @Argument(help: "The listener.") var listener: String?
    @Option(help: "The first position.") var from = 1
    @Option(help: "The last position; the log's end unless given.") var to: Int?
    @Option(help: "Why; kept in the log of operations.") var reason: String?
    @Option(help: "Take up an interrupted replay.") var resume: String?
    @Option(name: .customLong("operator"), help: "Who does it; the user's name unless given.") var name: String?
    @Flag(help: "Run it and roll everything back.") var dryRun = false
    @Flag(help: "Print JSON.") var json = false

    func validate() throws {
        if resume == nil, listener == nil { throw ValidationError("name a listener, or --resume a replay") }
        if resume == nil, !dryRun, reason == nil {
            throw ValidationError("say why with --reason, or try --dry-run first")
        }
        if let resume, UUID(uuidString: resume) == nil { throw ValidationError("--resume takes a replay's identifier") }
    }

    func run() async throws {
        try await Program.withComposition(role: "cli") { composition in
            let operations = composition.operations
            if let resume, let id = UUID(uuidString: resume) { return try await drive(id, operations) }
            let plan = try await operations.planReplay(of: listener ?? "", from: from, through: to)
            try announce(plan)
            if dryRun {
                let count = try await operations.rehearseReplay(plan)
                print("\(count) events went through; everything was rolled back")
            } else {
                let person = name ?? ProcessInfo.processInfo.environment["USER"] ?? "unknown"
                let id = try await operations.beginReplay(plan, by: Operator(name: person, reason: reason ?? ""))
                try await drive(id, operations)
            }
        }
    }

    private func announce(_ plan: ReplayPlan) throws {
        guard !json else { return try Output.jsonLine(plan) }
        print("\(plan.listener): \(plan.total) events from position \(plan.first) to \(plan.last)")
        for (name, count) in plan.events.sorted(by: { $0.key < $1.key }) { print("  \(count)  \(name)") }
    }

    private func drive(_ id: UUID, _ operations: OutboxOperations) async throws {
        do {
            try await operations.runReplay(id) { progress in
                if json {
                    try? Output.jsonLine(progress)
                } else {
                    print("position \(progress.position) of \(progress.last), \(progress.delivered) events")
                }
            }
        } catch {
            print("stopped; after the fix: storytime outbox replay --resume \(id.uuidString.lowercased())")
            throw error
        }
    }
}

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
