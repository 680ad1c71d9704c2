import ArgumentParser
import EventOutbox
import Foundation

/// Shows and mends what failed for good.
struct DeadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead",
        abstract: "See, retry, edit or discard deliveries that failed for good.",
        discussion: """
            The later events of a dead letter's key wait behind it, for that listener alone, and follow in order once it
            is through or discarded. Examples:

              storytime outbox dead list
              storytime outbox dead list --each --listener achievements.progress
              storytime outbox dead show 42
              storytime outbox dead retry --cause 3fa2c1d0 --rate 10 --reason "the mail server is back"
              storytime outbox dead edit 42 --listener achievements.progress --payload '{…}' --reason "a wrong date"
              storytime outbox dead discard 42 --listener achievements.progress --reason "the kid is gone"
            """,
        subcommands: [DeadList.self, DeadShow.self, DeadRetry.self, DeadEdit.self, DeadDiscard.self],
        defaultSubcommand: DeadList.self
    )
}

/// Which dead letters are meant.
struct DeadSelection: ParsableArguments {
    @Option(help: "Only of this listener.") var listener: String?
    @Option(help: "Only events of this name.") var name: String?
    @Option(help: "Only events of this key, such as kid:018f….") var key: String?
    @Option(help: "Only of this cause, as `dead list` names it.") var cause: String?
    @Option(help: "Only what failed last at least so long ago, such as 90s, 15m, 2h or 7d.") var olderThan: Age?
    @Option(help: "Only what failed last at most so long ago.") var newerThan: Age?
    @Option(help: "In which state; may be repeated.")
    var state: [HeldState] = [.dead]

    func filter(_ event: String? = nil) -> DeadLetterFilter {
        var filter = DeadLetterFilter()
        filter.states = Set(state.compactMap { DeadLetterFilter.State(rawValue: $0.rawValue) })
        filter.event = event
        filter.listener = listener
        filter.name = name
        filter.key = key
        filter.cause = cause
        filter.olderThan = olderThan?.duration
        filter.newerThan = newerThan?.duration
        return filter
    }
}

/// `DeadLetterFilter.State` on the command line.
enum HeldState: String, CaseIterable, ExpressibleByArgument {
    case dead, retrying, parked
}

/// A span of time on the command line, such as `90s`, `15m`, `2h` or `7d`.
struct Age: ExpressibleByArgument {
    let duration: Duration

    init?(argument: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()), count >= 0 else {
            return nil
        }
        duration = .seconds(count * unit)
    }
}

struct DeadList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Dead letters by listener and cause, or each by itself.",
        discussion: "Exits with 1 when there are any."
    )

    @OptionGroup var selection: DeadSelection
    @Flag(help: "One line a delivery instead of one a cause.") var each = false
    @Option(help: "How many deliveries with --each.") var limit = 100
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let isEmpty = try await each ? listEach() : listGroups()
        if !isEmpty { throw ExitCode(1) }
    }

    private func listGroups() async throws -> Bool {
        let groups = try await Program.withOperations { try await $0.deadLetterGroups(selection.filter()) }
        if json {
            try Output.json(groups)
        } else {
            Output.table(
                ["LISTENER", "CAUSE", "COUNT", "BEHIND", "OLDEST", "NEWEST", "SAMPLE", "ERROR"],
                groups.map { group in
                    [
                        group.listener, group.cause, "\(group.count)", "\(group.heldBehind)", Output.age(group.oldest),
                        Output.age(group.newest), "\(group.sample.position)", "\(group.errorType): \(group.message)",
                    ]
                }
            )
        }
        return groups.isEmpty
    }

    private func listEach() async throws -> Bool {
        let letters = try await Program.withOperations {
            try await $0.deadLetters(selection.filter(), limit: limit)
        }
        if json {
            try letters.forEach(Output.jsonLine)
        } else {
            Output.table(
                ["POSITION", "LISTENER", "NAME", "KEY", "STATE", "ATTEMPTS", "FAILED", "CAUSE", "ERROR"],
                letters.map { letter in
                    [
                        "\(letter.position)", letter.listener, letter.name, letter.key, letter.state,
                        "\(letter.attempts)", Output.age(letter.failedAt), letter.cause ?? "-", letter.error ?? "",
                    ]
                }
            )
        }
        return letters.isEmpty
    }
}

struct DeadShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "An event's deliveries that are held back, whole, with payload and edits.",
        discussion: "Exits with 1 when there is none."
    )

    @Argument(help: "The event's identifier or position.") var event: String
    @Option(help: "Only of this listener.") var listener: String?

    func run() async throws {
        let letters = try await Program.withOperations { try await $0.deadLetter(event, of: listener) }
        try Output.json(letters)
        if letters.isEmpty { throw ExitCode(1) }
    }
}
