import ArgumentParser
import EventDelivery
import Events
import Logging
import Synchronization

/// What it costs to hand an event to the listeners of this process.
struct BusBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bus",
        abstract: "Hand events to volatile listeners, in the process that recorded them and in another."
    )

    @Option(help: "How many listeners hear each event.") var listeners = 5
    @Option(help: "Events a round.") var events = 200_000
    @Option(help: "Rounds; the fastest counts, because what slows down the others is not ours.") var rounds = 20

    func run() async throws {
        let heard = Counter()
        let bus = EventBus(
            listeners: (0..<listeners).map { number in
                .volatile("benchmarks.listener-\(number)") {
                    VolatileReaction.on(OutboxBenchmark.Counted.self) {
                        heard.total.add($0.event.number, ordering: .relaxed)
                    }
                }
            }
        )
        let recorded = try (0..<1_000).map {
            try EventReading(recording: OutboxBenchmark.Counted(kid: $0, number: 1))
        }
        let here = time(recorded, on: bus)
        let there = time(recorded.map { EventReading($0.envelope) }, on: bus)
        guard heard.total.load(ordering: .relaxed) == 2 * rounds * events * listeners else { throw NotAllHeard() }
        print("in the process that recorded it: \(Int(here)) ns an event and \(listeners) listeners (aim 250 for 5)")
        print("in another process: \(Int(there)) ns, decoded from its JSON")
    }

    /// Nanoseconds an event, in the fastest round.
    private func time(_ readings: [EventReading], on bus: EventBus) -> Double {
        let logger = Logger(label: "benchmarks")
        let clock = ContinuousClock()
        var fastest = Double.infinity
        // One event a commit, as most have.
        let commits = readings.map { [$0] }
        for _ in 0..<rounds {
            let start = clock.now
            for number in 0..<events { bus.announce(commits[number % commits.count], logger: logger) }
            fastest = min(fastest, (clock.now - start) / .nanoseconds(1) / Double(events))
        }
        return fastest
    }

    private final class Counter: Sendable {
        let total = Atomic(0)
    }

    /// Some listener missed an event: the time means nothing.
    private struct NotAllHeard: Error {}
}
