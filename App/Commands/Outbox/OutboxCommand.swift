import ArgumentParser
import EventOutbox
import Foundation

/// Shows and steers the event path.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "See every event, where each listener stands and why, mend what failed, and replay.",
        discussion: """
            Examples:
              storytime outbox status --watch
              storytime outbox audit
              storytime outbox events --follow --name stories.story-completed
              storytime outbox events --name stories.story-completed --limit 5
              storytime outbox show 42
              storytime outbox explain 42
              storytime outbox dead list
              storytime outbox pause achievements.progress --reason "a wrong badge"
              storytime outbox replay achievements.progress --from 1 --reason "rebuilt badges"
              storytime outbox archive list
            """,
        subcommands: [
            Status.self, Listeners.self, EventList.self, Show.self, Explain.self, Audit.self, Preflight.self,
            Catalog.self, DeadCommand.self, Pause.self, Resume.self, Replay.self, Rebuild.self, OpsLog.self,
            Restamp.self, ArchiveCommand.self,
        ],
        defaultSubcommand: Status.self
    )

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The log, the listeners, and what holds them up.",
            discussion: """
                Exits with 1 while an event waits or is held back, and with 2 when sequencing has stopped.

                With --watch it stays: a terminal is redrawn, a pipe gets one line a change.

                  storytime outbox status --watch --interval 1
                """
        )

        @Flag(help: "Stay and show every change.") var watch = false
        @Option(help: "Seconds between two looks of --watch.") var interval = 2.0
        @Flag(help: "Print JSON.") var json = false

        func validate() throws {
            guard (0.1...3600).contains(interval) else { throw ValidationError("--interval must be from 0.1 to 3600") }
        }

        func run() async throws {
            guard !watch else {
                return try await Program.withComposition(role: "cli") { composition in
                    let pause = Duration.milliseconds(Int(interval * 1000))
                    let retention = composition.configuration.outbox.retention
                    let status = { try await composition.operations.status(retention: retention) }
                    try await StatusWatch(pause: pause, json: json, status: status, show: show).run()
                }
            }
            let status = try await Program.withComposition(role: "cli") {
                try await $0.operations.status(retention: $0.configuration.outbox.retention)
            }
            if json { try Output.json(status) } else { show(status) }
            if status.stopped != nil { throw ExitCode(2) }
            if !status.isSettled { throw ExitCode(1) }
        }

        private func show(_ status: OutboxStatus) {
            print("log       \(status.head) events, the last batch \(Output.age(status.lastBatchAt)) ago")
            print("unplaced  \(status.unplaced) committed events without a position")
            print("sequencer \(Nodes.describe(status.sequencer))")
            if let reason = status.stopped { print("STOPPED   \(reason)") }
            for open in status.openTransactions {
                print(
                    "open      pid \(open.pid) (\(open.application), \(open.state)) has been writing for \(Int(open.seconds)) s;"
                        + " its events come when it ends"
                )
                if !open.waiting.isEmpty { print("          for it wait \(open.waiting.joined(separator: ", "))") }
            }
            ArchiveCommand.show(status.retention)
            for warning in status.warnings { print("warning   \(warning)") }
            print("")
            Listeners.show(status.listeners)
            guard !status.nodes.isEmpty else { return }
            print("")
            Nodes.show(status.nodes)
        }
    }

    struct Listeners: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every listener and how far it has come.")

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let listeners = try await Program.withComposition(role: "cli") { try await $0.operations.listenerStatus() }
            if json { try Output.json(listeners) } else { Self.show(listeners) }
        }

        static func show(_ listeners: [ListenerStatus]) {
            Output.table(
                ["LISTENER", "LANES", "POSITION", "WAITING", "SINCE", "RETRYING", "PARKED", "DEAD", "NOTE"],
                listeners.map { listener in
                    [
                        listener.name, "\(listener.lanes)", "\(listener.position)", "\(listener.waiting)",
                        Output.age(listener.waitingSince), "\(listener.retrying)", "\(listener.parked)",
                        "\(listener.dead)",
                        note(listener),
                    ]
                }
            )
        }

        private static func note(_ listener: ListenerStatus) -> String {
            if let person = listener.pausedBy {
                return "paused by \(person)" + (listener.pauseReason.map { ": \($0)" } ?? "")
            }
            if let failure = listener.failure {
                return "stands still for \(Output.age(listener.failingSince)): \(failure)"
            }
            return listener.isKnown ? "" : "not in this program"
        }
    }

    struct EventList: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "events",
            abstract: "Events of the log, oldest first.",
            discussion: """
                The newest ones, or with --after the first ones after a position. With --follow it stays and prints new
                ones as they come, after what --after asks for.

                  storytime outbox events --name stories.story-completed --limit 5
                  storytime outbox events --follow --key kid:018f… --json
                """
        )

        @Option(help: "Only events of this name.") var name: String?
        @Option(help: "Only events of this key, such as kid:018f….") var key: String?
        @Option(help: "Only events after this position.") var after: Int?
        @Option(help: "How many.") var limit = 20
        @Flag(help: "Stay and print new events as they come.") var follow = false
        @Flag(help: "Print one JSON value a line.") var json = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
        }

        func run() async throws {
            let filter = EventFilter(name: name, key: key, after: after, limit: limit)
            guard !follow else { return try await tail(filter) }
            let events = try await Program.withComposition(role: "cli") { try await $0.operations.events(filter) }
            guard !json else { return try events.forEach(Output.jsonLine) }
            Output.table(
                ["POSITION", "RECORDED", "NAME", "KEY", "ACTOR"],
                events.map { event in
                    [
                        "\(event.position)", event.recordedAt.formatted(.iso8601), event.name, event.key,
                        event.actor ?? "-",
                    ]
                }
            )
        }

        private func tail(_ filter: EventFilter) async throws {
            try await Program.withComposition(role: "cli") { composition in
                try await composition.operations.follow(filter) { event in
                    let recorded = event.recordedAt.formatted(.iso8601)
                    if json {
                        try Output.jsonLine(event)
                    } else {
                        print("\(event.position)  \(recorded)  \(event.name)  \(event.key)  \(event.actor ?? "-")")
                    }
                    Output.flush()
                }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "One event whole, and how each listener stands to it."
        )

        @Argument(help: "The event's identifier or position.") var event: String
        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let (found, deliveries) = try await Program.withComposition(role: "cli") {
                try await $0.operations.show(event)
            }
            guard !json else { return try Output.json(EventReport(event: found, deliveries: deliveries)) }
            try Output.json(found)
            print("")
            Output.table(
                ["LISTENER", "STATE", "ATTEMPTS", "NEXT", "ERROR"],
                deliveries.map { delivery in
                    [
                        delivery.listener, delivery.state, delivery.attempts.map(String.init) ?? "-",
                        delivery.nextAttemptAt?.formatted(.iso8601) ?? "-", delivery.error ?? "",
                    ]
                }
            )
        }
    }
}

private struct EventReport: Encodable {
    let event: EventView
    let deliveries: [EventDeliveryView]
}
