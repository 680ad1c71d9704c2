import EventDelivery
import EventOutbox
import Origin
import Postgres

/// What it costs to count and to trace an event, from its commit to its listener's.
struct TelemetryEvents {
    private let callers = 16
    private let seconds: Int
    private let plain: OutboxBenchmark

    /// To be made before anybody counts: the instruments of what it compares with stay without effect then.
    init(seconds: Int) async throws {
        self.seconds = seconds
        plain = try await Self.stage(callers)
        _ = try await perform(plain, isTraced: false)
    }

    /// Compares with that, now that there is somebody who counts and traces.
    func measure(_ rounds: Int) async throws {
        let told = try await Self.stage(callers)
        for (name, isTraced) in [("counted", false), ("counted and traced", true)] {
            try await Rounds(rounds) {
                try await perform(told, isTraced: isTraced)
            } theirs: {
                try await perform(plain, isTraced: false)
            }.report("events by CPU second, \(name)", against: "the same without", aim: 0.9)
        }
        await told.database.close()
        await plain.database.close()
    }

    private static func stage(_ callers: Int) async throws -> OutboxBenchmark {
        let bench = try await BenchmarkDatabase.open(scale: 10) {
            $0.poolMaximum = callers + 8
            $0.poolMinimum = callers
            $0.statementTimeout = .seconds(30)
        }
        return try await OutboxBenchmark.prepare(bench)
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
