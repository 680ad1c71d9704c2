import ArgumentParser
import EventOutbox
import Foundation
import StrictJSON

struct DeadRetry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try dead letters again: one event, a selection, or --all.",
        discussion: """
              storytime outbox dead retry 42 --reason "the fix is out"
              storytime outbox dead retry --cause 3fa2c1d0 --rate 10 --reason "the fix is out"
              storytime outbox dead retry --all --dry-run

            They get all their attempts anew; the events behind them follow in order. Exits with 3 when there is none.
            """
    )

    @Argument(help: "The event's identifier or position.") var event: String?
    @OptionGroup var selection: DeadSelection
    @Flag(help: "All of them.") var all = false
    @Option(help: "At most so many a second.") var rate: Double?
    @OptionGroup var change: ChangeOptions

    func validate() throws {
        try DeadSelection.validate(selection.filter(event), all: all)
        if let rate, rate <= 0 { throw ValidationError("--rate must be above 0") }
    }

    func run() async throws {
        let result = try await Program.withOperations {
            try await $0.retry(
                selection.filter(event),
                perSecond: rate,
                by: change.person,
                isRehearsal: change.dryRun
            )
        }
        let span = result.lastDueInSeconds > 0 ? " over \(Int(result.lastDueInSeconds.rounded(.up))) s" : ""
        try change.report(result, "\(result.count) deliveries are tried again\(span)")
    }
}

struct DeadDiscard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Skip dead letters for good and let their keys go on.",
        discussion: """
              storytime outbox dead discard 42 --listener achievements.progress --reason "the kid is gone"

            The events stay in the log, and `storytime outbox explain` says who decided. Exits with 3 when there is none.
            """
    )

    @Argument(help: "The event's identifier or position.") var event: String?
    @OptionGroup var selection: DeadSelection
    @Flag(help: "All of them.") var all = false
    @OptionGroup var change: ChangeOptions

    func validate() throws { try DeadSelection.validate(selection.filter(event), all: all) }

    func run() async throws {
        let result = try await Program.withOperations {
            try await $0.discard(selection.filter(event), by: change.person, isRehearsal: change.dryRun)
        }
        try change.report(result, "\(result.count) deliveries are skipped, \(result.released) keys go on")
    }
}

struct DeadEdit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Put a payload in the place of an event's own, for one listener.",
        discussion: """
              storytime outbox dead edit 42 --listener achievements.progress --payload mended.json --reason "a wrong date"
              storytime outbox dead retry 42 --listener achievements.progress --reason "mended"

            The payload must be readable as the event's type and be about the same key. The event itself stays as it was
            recorded, and other listeners get that. Exits with 3 when it is refused.
            """
    )

    @Argument(help: "The event's identifier or position.") var event: String
    @Option(help: "The listener.") var listener: String
    @Option(help: "The new payload: JSON, or the path of a file with it, or - for standard input.") var payload: String
    @Option(help: "The version of its shape; the event's own unless given.") var version: Int?
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let payload = try document()
        let edit = try await Program.withOperations {
            try await $0.edit(
                event,
                of: listener,
                payload: payload,
                version: version,
                by: change.person,
                isRehearsal: change.dryRun
            )
        }
        guard !change.json else { return try Output.json(edit) }
        for difference in edit.changes {
            let path = difference.path.isEmpty ? "/" : difference.path
            if let before = difference.before { print("- \(path)  \(before)") }
            if let after = difference.after { print("+ \(path)  \(after)") }
        }
        try change.report(edit, "\(listener) gets this at the next attempt; retry it when it is dead")
    }

    private func document() throws -> JSON {
        let text =
            switch payload {
            case "-": FileHandle.standardInput.readDataToEndOfFile()
            case _ where payload.hasPrefix("{"): Data(payload.utf8)
            default: try Data(contentsOf: URL(filePath: payload))
            }
        do {
            return try JSON(parsing: Array(text))
        } catch {
            throw ValidationError("--payload is not JSON: \(error)")
        }
    }
}

extension DeadSelection {
    /// Everything at once must be asked for in so many words.
    static func validate(_ filter: DeadLetterFilter, all: Bool) throws {
        if filter.isUnlimited, !all { throw ValidationError("name an event, narrow it down, or say --all") }
        if !filter.isUnlimited, all { throw ValidationError("--all cannot be narrowed down") }
    }
}
