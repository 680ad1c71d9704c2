import ArgumentParser
import EventOutbox

/// Says why an event has or has not been handled.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Why each listener has or has not handled an event.",
        discussion: """
              storytime outbox explain 42
              storytime outbox explain 018f3a52-… --listener achievements.progress

            Exits with 1 when no committed event is meant.
            """
    )

    @Argument(help: "The event's identifier or position.") var event: String
    @Option(help: "Only this listener, whether it hears the event or not.") var listener: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let explanation = try await Program.withOperations { try await $0.explain(event, listener: listener) }
        if json { try Output.json(explanation) } else { show(explanation) }
        if explanation.event == nil { throw ExitCode(1) }
    }

    private func show(_ explanation: Explanation) {
        if let event = explanation.event { print("\(event.name) of \(event.key)") }
        print(explanation.summary)
        guard !explanation.deliveries.isEmpty else { return }
        print("")
        Output.table(
            ["LISTENER", "STATE", "BECAUSE"],
            explanation.deliveries.map { [$0.listener, $0.state.rawValue, $0.because] }
        )
        for delivery in explanation.deliveries {
            if let advice = delivery.advice { print("→ \(delivery.listener): \(advice)") }
        }
    }
}
