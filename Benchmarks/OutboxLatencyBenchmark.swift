import ArgumentParser
import EventDelivery
import EventOutbox
import Postgres
import Synchronization

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
        print("the disk does \(OutboxBenchmark.flushesPerSecond(in: folder)) flushes/s")
        var medians: [Double] = []
        var tails: [Double] = []
        for round in 1...rounds {
            try await outbox.empty()
            let (rate, latencies) = try await runRound(outbox)
            medians.append(latencies.percentile(0.5))
            tails.append(latencies.percentile(0.99))
            print("round \(round): \(Int(rate)) events/s, p50 \(medians.last ?? 0) ms, p99 \(tails.last ?? 0) ms")
        }
        print("latency: p50 \(medians.percentile(0.5)) ms, p99 \(tails.percentile(0.5)) ms (aim 2 and 8)")
        await bench.database.close()
    }

    private func runRound(_ benchmark: OutboxBenchmark) async throws -> (rate: Double, latencies: [Double]) {
        let stamps = Stamps(count: pace * seconds + callers)
        let listener = Listener.transactional("benchmarks.effect", lanes: lanes, from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                let (kids, numbers) = (delivered.map(\.event.kid), delivered.map(\.event.number))
                tx.send(
                    """
                    INSERT INTO counter (kid, total) SELECT kid, count(*) FROM unnest(\(kids)) AS kid GROUP BY kid
                    ON CONFLICT (kid) DO UPDATE SET total = counter.total + excluded.total
                    """
                )
                tx.scope.afterCommit { stamps.arrived(numbers) }
            }
        }
        let start = ContinuousClock.now
        var elapsed = Duration.zero
        var configuration = OutboxConfiguration()
        configuration.brief = .milliseconds(brief)
        try await benchmark.delivering(to: [listener], configuration) {
            try await publish(benchmark, stamps)
            elapsed = start.duration(to: .now)
            while stamps.missing > 0 { try await Task.sleep(for: .milliseconds(5)) }
        }
        return (Double(stamps.count) / (elapsed / .seconds(1)), stamps.latencies)
    }

    /// Each caller has its share of the moments; one that is late does not wait.
    private func publish(_ benchmark: OutboxBenchmark, _ stamps: Stamps) async throws {
        let (start, recorder) = (ContinuousClock.now, benchmark.outbox.recorder)
        let transactions = pace * seconds / together
        try await withThrowingDiscardingTaskGroup { group in
            for caller in 0..<callers {
                group.addTask {
                    for index in stride(from: caller, to: transactions, by: callers) {
                        let due = start + .seconds(1) * index * together / pace
                        if due > .now { try await Task.sleep(until: due) }
                        let numbers = Array(index * together..<(index + 1) * together)
                        try await benchmark.database.transaction { tx in
                            tx.scope.afterCommit { stamps.left(numbers) }
                            for number in numbers {
                                try recorder.record(
                                    OutboxBenchmark.Counted(kid: number % 5_000, number: number),
                                    in: tx
                                )
                            }
                        }
                    }
                }
            }
        }
    }
}

/// When events were committed, and when their effects were.
private final class Stamps: Sendable {
    private struct State {
        var left: [ContinuousClock.Instant?]
        var arrived: [ContinuousClock.Instant?]
        var departures = 0
        var arrivals = 0
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(left: Array(repeating: nil, count: count), arrived: Array(repeating: nil, count: count)))
    }

    func left(_ numbers: [Int]) {
        let now = ContinuousClock.now
        state.withLock { state in
            for number in numbers { state.left[number] = now }
            state.departures += numbers.count
        }
    }

    func arrived(_ numbers: [Int]) {
        let now = ContinuousClock.now
        state.withLock { state in
            for number in numbers { state.arrived[number] = now }
            state.arrivals += numbers.count
        }
    }

    var count: Int { state.withLock { $0.departures } }
    var missing: Int { state.withLock { $0.departures - $0.arrivals } }

    /// In milliseconds.
    var latencies: [Double] {
        state.withLock { state in
            zip(state.left, state.arrived).compactMap { left, arrived in
                guard let left, let arrived else { return nil }
                return (left.duration(to: arrived) / .microseconds(1)).rounded() / 1_000
            }
        }
    }
}
