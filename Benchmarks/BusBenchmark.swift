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
    @Option(help: "Rounds; the median counts.") var rounds = 5

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
            try EventEnvelope(recording: OutboxBenchmark.Counted(kid: $0, number: 1))
        }
        let here = time(recorded, on: bus)
        let there = time(recorded.map { $0.stored(at: 1) }, on: bus)
        guard heard.total.load(ordering: .relaxed) == 2 * rounds * events * listeners else { throw NotAllHeard() }
        print("in the process that recorded it: \(Int(here)) ns an event and \(listeners) listeners (aim 250 for 5)")
        print("in another process: \(Int(there)) ns, decoded from its JSON")
    }

    /// Nanoseconds an event.
    private func time(_ envelopes: [EventEnvelope], on bus: EventBus) -> Double {
        let logger = Logger(label: "benchmarks")
        let clock = ContinuousClock()
        var results: [Double] = []
        // One event a commit, as most have.
        let commits = envelopes.map { [$0] }
        for _ in 0..<rounds {
            let start = clock.now
            for number in 0..<events { bus.announce(commits[number % commits.count], logger: logger) }
            results.append((clock.now - start) / .nanoseconds(1) / Double(events))
        }
        return results.percentile(0.5)
    }

    private final class Counter: Sendable {
        let total = Atomic(0)
    }

    /// Some listener missed an event: the time means nothing.
    private struct NotAllHeard: Error {}
}

extension EventEnvelope {
    /// The same event as it comes from storage.
    fileprivate func stored(at position: Int) -> EventEnvelope {
        EventEnvelope(
            id: id,
            position: position,
            name: EventName(rawValue: name.rawValue),
            version: version,
            key: key,
            payload: payload,
            origin: origin,
            recordedAt: recordedAt
        )
    }
}
