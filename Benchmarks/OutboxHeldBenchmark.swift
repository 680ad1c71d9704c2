import ArgumentParser
import EventDelivery
import EventOutbox
import Events
import Foundation
import Postgres

/// What a write transaction that stays open does to everybody else's events.
struct OutboxHeldBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-held",
        abstract: "Latency and table sizes under a steady load, while one write transaction is held open."
    )

    @Option(help: "Seconds for which the transaction is held (600 for ten minutes).") var seconds = 60
    @Option(help: "Seconds without it, before and after.") var around = 10
    @Option(help: "Events a second.") var pace = 2_000
    @Option(help: "Intervals that the time is cut into.") var intervals = 6
    @Option(help: "Concurrent callers, each with a connection.") var callers = 16
    @Option(help: "A folder on the server's disk.") var folder = "/tmp"

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) {
            $0.poolMaximum = callers + 8
            $0.poolMinimum = callers + 8
            $0.statementTimeout = .seconds(30)
        }
        let benchmark = try await OutboxBenchmark.prepare(bench)
        print("the disk does \(try FlushRate.measure(in: folder)) flushes/s")
        let journeys = Journeys(count: pace * (2 * around + seconds))
        try await benchmark.delivering(to: [listener(journeys)]) {
            print("before: \(try await load(benchmark, journeys, around))")
            try await Session.with(bench.database.configuration, role: "holder") { session in
                try await session.run(
                    """
                    BEGIN ISOLATION LEVEL REPEATABLE READ;
                    INSERT INTO counter (kid, total) VALUES (-1, 1);
                    """
                )
                try await hold(benchmark, journeys)
                try await session.run("ROLLBACK")
            }
            print("after: \(try await load(benchmark, journeys, around))")
        }
        await bench.database.close()
    }

    private func hold(_ benchmark: OutboxBenchmark, _ journeys: Journeys) async throws {
        let before = try await TableSize.all(benchmark.database)
        var medians: [Double] = []
        for number in 1...intervals {
            let summary = try await load(benchmark, journeys, seconds / intervals)
            print("held, \(number) of \(intervals): \(summary)")
            medians.append(summary.median)
        }
        let ratio = (medians.last ?? .nan) / (medians.first ?? .nan)
        print("p50, last interval : first: ratio \((ratio * 100).rounded() / 100) (aim 1)")
        let after = try await TableSize.all(benchmark.database)
        for size in after { print(size.line(from: before.first { $0.name == size.name })) }
    }

    private func listener(_ journeys: Journeys) -> Listener {
        Listener.transactional("benchmarks.held", lanes: 4, from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                let numbers = delivered.map(\.event.number)
                // Inserts only: rows that are updated while a snapshot is held get slower with each version, whoever
                // updates them.
                tx.send("INSERT INTO effect SELECT * FROM unnest(\(delivered.map(\.event.kid)), \(numbers))")
                tx.scope.afterCommit { journeys.end(numbers) }
            }
        }
    }

    private func load(
        _ benchmark: OutboxBenchmark,
        _ journeys: Journeys,
        _ seconds: Int
    ) async throws -> Journeys.Summary {
        try await PacedLoad(pace: pace, callers: callers).run(benchmark, journeys, seconds: seconds)
    }
}
