import ArgumentParser
import EventDelivery
import Events
import Foundation
import Postgres

/// How fast a backlog is worked off, from the start of the process' delivery.
struct OutboxBacklogBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-backlog",
        abstract: "Place recorded events and count them per key: whole batches at once, and one by one."
    )

    @Option(help: "Events.") var events = 200_000
    @Option(help: "Keys.") var keys = 5_000
    @Option(help: "Lanes.") var lanes = 4
    @Option(help: "Rounds.") var rounds = 5
    @Option(help: "each, batch, or both in turns.") var variant = "both"

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let outbox = try await OutboxBenchmark.prepare(bench)
        if variant == "both" {
            try await Rounds(rounds) {
                try await workOff(outbox, batchListener)
            } theirs: {
                try await workOff(outbox, eachListener)
            }.report("events in batches", against: "one by one", aim: 1)
        } else {
            for round in 1...rounds { print("round \(round): \(Int(try await workOff(outbox, listener)))/s") }
        }
        await bench.database.close()
    }

    /// One round of the chosen variant: events a second.
    func measureOnce() async throws -> Double {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let outbox = try await OutboxBenchmark.prepare(bench)
        let rate = try await workOff(outbox, listener)
        await bench.database.close()
        return rate
    }

    private func workOff(_ benchmark: OutboxBenchmark, _ listener: Listener) async throws -> Double {
        try await benchmark.empty()
        try await benchmark.record(events, keys: keys)
        let start = ContinuousClock.now
        try await benchmark.delivering(to: [listener]) {
            while try await total(benchmark) < events { try await Task.sleep(for: .milliseconds(5)) }
        }
        return Double(events) / (start.duration(to: .now) / .seconds(1))
    }

    private func total(_ benchmark: OutboxBenchmark) async throws -> Int {
        try await benchmark.database.read("SELECT coalesce(sum(total), 0)::bigint AS total FROM counter")[0]["total"]
    }

    private var listener: Listener { variant == "each" ? eachListener : batchListener }

    private var batchListener: Listener {
        Listener.transactional("benchmarks.batch", lanes: lanes, from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                let counts = delivered.reduce(into: [Int: Int]()) { $0[$1.event.kid, default: 0] += 1 }
                tx.send(
                    """
                    INSERT INTO counter (kid, total) SELECT * FROM unnest(\(Array(counts.keys)), \(Array(counts.values)))
                    ON CONFLICT (kid) DO UPDATE SET total = counter.total + excluded.total
                    """
                )
            }
        }
    }

    private var eachListener: Listener {
        Listener.transactional("benchmarks.each", lanes: lanes, from: .beginning) {
            Reaction.on(OutboxBenchmark.Counted.self) { delivered, tx in
                // Nobody needs its result, so it does not wait for it.
                tx.send(
                    """
                    INSERT INTO counter (kid, total) VALUES (\(delivered.event.kid), 1)
                    ON CONFLICT (kid) DO UPDATE SET total = counter.total + 1
                    """
                )
            }
        }
    }
}
