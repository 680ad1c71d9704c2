import ArgumentParser
import EventOutbox
import Foundation

/// Hands events to one listener again.
struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hand events of the log to one listener again.",
        discussion: """
            Live traffic of the listener goes first. Listeners of Storytime bear it: what was written before is not
            written twice. A relay publishes again, under the ids of before.

              storytime outbox replay plan achievements.progress --since 2d
              storytime outbox replay apply achievements.progress --from 1 --dry-run
              storytime outbox replay apply achievements.progress --from 1 --to 500 --rate 200 --reason "badges were wrong"
              storytime outbox replay apply --resume 018f… --reason "fixed"
              storytime outbox replay list
              storytime outbox replay abort 018f… --reason "wrong range"
            """,
        subcommands: [Plan.self, Apply.self, List.self, Show.self, Abort.self],
        defaultSubcommand: Apply.self
    )

    /// Which events.
    struct Selection: ParsableArguments {
        @Option(help: "The first position.") var from: Int?
        @Option(help: "The last position; the log's end unless given.") var to: Int?
        @Option(help: "Only events placed since: 2026-03-01T09:00:00Z, or a while such as 90m, 12h, 7d.")
        var since: Moment?
        @Option(help: "Only events placed until then.") var until: Moment?
        @Option(help: "Only events of this name; may be repeated.") var name: [String] = []
        @Option(help: "Only events of this key, such as kid:018f…; may be repeated.") var key: [String] = []
        @Option(help: "At most this many events a second.") var rate: Int?

        func validate() throws {
            guard rate.map({ (1...100_000).contains($0) }) ?? true else {
                throw ValidationError("--rate must be from 1 to 100000")
            }
        }

        func request(for listener: String) -> ReplayRequest {
            ReplayRequest(
                of: listener,
                from: from,
                to: to,
                since: since?.date,
                until: until?.date,
                names: name.isEmpty ? nil : name,
                keys: key.isEmpty ? nil : key,
                rate: rate
            )
        }
    }

    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What a replay would hand over: how many events of which names and keys, and for how long.",
            discussion: "Exits with 3 when there is nothing to replay."
        )

        @Argument(help: "The listener.") var listener: String
        @OptionGroup var selection: Selection
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let plan = try await Program.withComposition(role: "cli") {
                try await $0.operations.planReplay(selection.request(for: listener))
            }
            if json { try Output.json(plan) } else { plan.show() }
            if plan.total == 0 { throw ExitCode(3) }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Replays and how far each has come.")

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let replays = try await Program.withComposition(role: "cli") { try await $0.operations.replays() }
            guard !json else { return try Output.json(replays) }
            Output.table(
                ["REPLAY", "LISTENER", "STATE", "POSITION", "LAST", "DONE", "LEFT", "BY", "REASON"],
                replays.map { replay in
                    [
                        replay.id.uuidString.lowercased(), replay.listener, replay.state.rawValue, "\(replay.position)",
                        "\(replay.last)", replay.share, replay.left, replay.requestedBy, replay.reason,
                    ]
                }
            )
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One replay whole.")

        @Argument(help: "The replay.") var replay: ReplayReference
        @Flag(help: "Print compact JSON.") var json = false

        func run() async throws {
            let found = try await Program.withComposition(role: "cli") { try await $0.operations.replay(replay.id) }
            if json { try Output.jsonLine(found) } else { try Output.json(found) }
        }
    }

    struct Abort: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End a replay where it stands; what it has handed over stays.",
            discussion: """
                Exits with 3 when it is over already.

                  storytime outbox replay abort 018f… --reason "wrong range"
                """
        )

        @Argument(help: "The replay.") var replay: ReplayReference
        @OptionGroup var change: ChangeOptions

        func run() async throws {
            let status = try await Program.withComposition(role: "cli") { composition in
                let operations = composition.operations
                let status = try await operations.replay(replay.id)
                guard status.isOpen, !change.dryRun else { return status }
                return try await operations.abortReplay(replay.id, by: change.person)
            }
            try change.report(status, "\(status.state.rawValue) at \(status.progress)")
            if status.isFinished || status.state == .aborted && status.abortedBy != change.person.name {
                throw ExitCode(3)
            }
        }
    }
}

/// A replay's identifier on the command line.
struct ReplayReference: ExpressibleByArgument {
    let id: UUID

    init?(argument: String) {
        guard let id = UUID(uuidString: argument) else { return nil }
        self.id = id
    }
}
