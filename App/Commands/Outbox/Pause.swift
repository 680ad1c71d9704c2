import ArgumentParser
import EventOutbox

/// Stops one listener on every node.
struct Pause: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop a listener on every node; its events wait in the log.",
        discussion: """
            Transactions at hand finish first. Nothing is lost, and nothing else waits.

              storytime outbox pause notifications.welcome-user --reason "the mail server is moving"

            Exits with 3 when it is paused already.
            """
    )

    @Argument(help: "The listener.") var listener: String
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let pause = try await Program.withOperations {
            try await $0.pause(listener, by: change.person, isRehearsal: change.dryRun)
        }
        try change.report(pause, "\(listener) is paused")
    }
}

/// Lets a paused listener go on.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a paused listener go on where it stood, on every node.",
        discussion: """
              storytime outbox resume notifications.welcome-user --reason "the mail server has moved"

            One that was paused by its limit on held-back events is paused again when as many more are held back.
            Exits with 3 when it is not paused.
            """
    )

    @Argument(help: "The listener.") var listener: String
    @OptionGroup var change: ChangeOptions

    func run() async throws {
        let pause = try await Program.withOperations {
            try await $0.resume(listener, by: change.person, isRehearsal: change.dryRun)
        }
        let held = pause.heldBack == 0 ? "" : "; \(pause.heldBack) of its events are held back"
        try change.report(pause, "\(listener) goes on\(held)")
    }
}
