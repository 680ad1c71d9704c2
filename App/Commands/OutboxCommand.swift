import ArgumentParser
import EventOutbox
import Foundation

/// Shows and steers the event path.
struct OutboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "See every event, where each listener stands, and replay.",
        discussion: """
            Examples:
              storytime outbox status
              storytime outbox events --name stories.story-completed --limit 5
              storytime outbox show 42
              storytime outbox replay achievements.progress --from 1 --reason "rebuilt badges"
            """,
        subcommands: [Status.self, Listeners.self, EventList.self, Show.self, Replay.self, Restamp.self],
        defaultSubcommand: Status.self
    )

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The log, the listeners, and what holds them up.",
            discussion: "Exits with 1 while an event waits or is held back, and with 2 when sequencing has stopped."
        )

        @Flag(help: "Print JSON.") var json = false

        func run() async throws {
            let status = try await Program.withComposition(role: "cli") { try await $0.operations.status() }
            if json { try Output.json(status) } else { show(status) }
            if status.stopped != nil { throw ExitCode(2) }
            if !status.isSettled { throw ExitCode(1) }
        }

        private func show(_ status: OutboxStatus) {
            print("log       \(status.head) events, the last batch \(Output.age(status.lastBatchAt)) ago")
            print("unplaced  \(status.unplaced) committed events without a position")
            if let reason = status.stopped { print("STOPPED   \(reason)") }
            for open in status.openTransactions {
                print(
                    "open      pid \(open.pid) (\(open.application), \(open.state)) has been writing for \(Int(open.seconds)) s;"
                        + " its events come when it ends"
                )
            }
            print("")
            Listeners.show(status.listeners)
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
            if let name = listener.pausedBy { return "paused by \(name)" }
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
            discussion: "The newest ones, or with --after the first ones after a position."
        )

        @Option(help: "Only events of this name.") var name: String?
        @Option(help: "Only events of this key, such as kid:018f….") var key: String?
        @Option(help: "Only events after this position.") var after: Int?
        @Option(help: "How many.") var limit = 20
        @Flag(help: "Print one JSON value a line.") var json = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit must be from 1 to 10000") }
        }

        func run() async throws {
            let filter = EventFilter(name: name, key: key, after: after, limit: limit)
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
