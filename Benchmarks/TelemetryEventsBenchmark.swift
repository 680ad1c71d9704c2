import ArgumentParser
import EventDelivery
import EventOutbox
import Metrics
import Origin
import Postgres
import Telemetry
import Tracing

/// What it costs to count and to trace an event, from its commit to its listener's.
struct TelemetryEventsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "telemetry-events",
        abstract: "Events published and handled with metrics, and with metrics and traces, against the same without."
    )

    @Option(help: "Concurrent callers, each with a connection.") var callers = 16
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        // Its instruments are made before anybody counts, and stay without effect.
        let plain = try await stage()
        _ = try await perform(plain, isTraced: false)
        let queue = SpanQueue(capacity: 100_000)
        MetricsSystem.bootstrap(MetricsRegistry())
        InstrumentationSystem.bootstrap(SpanTracer(queue, share: 1))
        let exporting = Task { await SpanExporter.toNowhere(queue).run() }
        defer { exporting.cancel() }
        let told = try await stage()
        for (name, isTraced) in [("counted", false), ("counted and traced", true)] {
            try await Rounds(rounds) {
                try await perform(told, isTraced: isTraced)
            } theirs: {
                try await perform(plain, isTraced: false)
            }.report("events by CPU second, \(name)", against: "the same without", aim: 0.9)
        }
        await plain.database.close()
        await told.database.close()
    }

    private func stage() async throws -> OutboxBenchmark {
        try await OutboxBenchmark.prepare(
            try await BenchmarkDatabase.open(scale: 10) {
                $0.poolMaximum = callers + 8
                $0.poolMinimum = callers
                $0.statementTimeout = .seconds(30)
            }
        )
    }

    /// Publishes for a while and waits until all is handled. Returns how many events that were by second of this process'
    /// CPU time; what Postgres does for them is not in it.
    private func perform(_ benchmark: OutboxBenchmark, isTraced: Bool) async throws -> Double {
        try await benchmark.empty()
        let listener = Listener.transactional("benchmarks.effect", from: .beginning) {
            Reaction.onBatch(of: OutboxBenchmark.Counted.self) { delivered, tx in
                tx.send(OutboxBenchmark.count(delivered.map(\.event.kid)))
            }
        }
        let load = Load(callers: callers, seconds: seconds)
        return try await benchmark.delivering(to: [listener]) {
            // Until the node has its lease it does nothing.
            try await publish(0, to: benchmark, isTraced: isTraced)
            try await settle(benchmark, after: 1)
            return try await load.byCPU {
                let published = try await load.count { random in
                    try await publish(.random(in: 1...5_000, using: &random), to: benchmark, isTraced: isTraced)
                }
                try await settle(benchmark, after: published + 1)
                return published
            }
        }
    }

    /// As the work of a request, whose trace is recorded or not.
    private func publish(_ kid: Int, to benchmark: OutboxBenchmark, isTraced: Bool) async throws {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\(isTraced ? 1 : 0)"
        try await Origin(traceparent: trace).run {
            try await benchmark.database.transaction { tx in
                try benchmark.outbox.recorder.record(OutboxBenchmark.Counted(kid: kid, number: 1), in: tx)
            }
        }
    }

    private func settle(_ benchmark: OutboxBenchmark, after events: Int) async throws {
        while try await benchmark.effects() < events { try await Task.sleep(for: .milliseconds(5)) }
    }
}
