import ArgumentParser
import EventDelivery
import EventOutbox
import Postgres

/// How long after its commit an event's effect is committed, at a steady pace.
struct OutboxLatencyBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-latency",
        abstract: "Record events at a steady pace and measure from commit to the effect's commit."
    )

    @Option(help: "Events a second.") var pace = 5_000
    @Option(help: "Events of one transaction.") var together = 1
    @Option(help: "Seconds a round.") var seconds = 10
    @Option(help: "Lanes of the listener.") var lanes = 4
    @Option(help: "Milliseconds that lanes may take together; 0 gives each its own transaction.") var brief = 4
    @Option(help: "Rounds.") var rounds = 3
    @Option(help: "Concurrent callers, each with a connection.") var callers = 24
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
        let outbox = try await OutboxBenchmark.prepare(bench)
        print("the disk does \(try FlushRate.measure(in: folder)) flushes/s")
        var medians: [Double] = []
        var tails: [Double] = []
        for round in 1...rounds {
            try await outbox.empty()
            let summary = try await runRound(outbox)
            medians.append(summary.median)
            tails.append(summary.tail)
            print("round \(round): \(summary)")
        }
        print("latency: p50 \(medians.percentile(0.5)) ms, p99 \(tails.percentile(0.5)) ms (aim 2 and 8)")
        await bench.database.close()
    }

    private func runRound(_ benchmark: OutboxBenchmark) async throws -> Journeys.Summary {
        let journeys = Journeys(count: pace * seconds)
        let listener = Listener.transactional("benchmarks.effect", lanes: lanes, from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                tx.send(OutboxBenchmark.count(delivered.map(\.event.kid)))
                let numbers = delivered.map(\.event.number)
                tx.scope.afterCommit { journeys.end(numbers) }
            }
        }
        var configuration = OutboxConfiguration()
        configuration.brief = .milliseconds(brief)
        let load = PacedLoad(pace: pace, together: together, callers: callers)
        return try await benchmark.delivering(to: [listener], configuration) {
            try await load.run(benchmark, journeys, seconds: seconds)
        }
    }
}
