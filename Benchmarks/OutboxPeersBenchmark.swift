import ArgumentParser
import Foundation

/// The same backlog and the same effect, worked off by us and by the queues that others use on Postgres.
struct OutboxPeersBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-peers",
        abstract: "Count a backlog of events per key, against PgQ and pgqueuer.",
        discussion: """
            Needs Postgres' extension pgq, and a Python with psycopg2, asyncpg and pgqueuer; Scripts/peers brings both \
            and names them in STORYTIME_BENCH_PYTHON and STORYTIME_BENCH_PEERS. Without them it is left out.
            """
    )

    @Option(help: "Events that we and PgQ work off.") var events = 100_000
    @Option(help: "Jobs that pgqueuer works off.") var jobs = 10_000
    @Option(help: "Keys.") var keys = 5_000
    @Option(help: "Rounds.") var rounds = 3

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let python = environment["STORYTIME_BENCH_PYTHON"], let url = environment["STORYTIME_BENCH_PEERS"] else {
            return print("left out: run Scripts/bench, which installs the peers")
        }
        let peers = Peers(python: python, url: url)
        try await Task.detached { try await measure(peers) }.value
    }

    private func measure(_ peers: Peers) async throws {
        try await Rounds(rounds) {
            try await ours("batch")
        } theirs: {
            try peers.run("pgq.py", [peers.url, "\(events)", "\(keys)", "batch"])
        }.report("in batches", against: "PgQ", aim: 4)
        try await Rounds(rounds) {
            try await ours("each")
        } theirs: {
            try peers.run("pgq.py", [peers.url, "\(events)", "\(keys)", "each"])
        }.report("one by one", against: "PgQ", aim: 4)
        try await Rounds(rounds) {
            try await ours("each")
        } theirs: {
            try peers.run("pgqueuer_worker.py", [peers.url, "\(jobs)", "\(keys)"])
        }.report("one by one", against: "pgqueuer", aim: 10)
    }

    private func ours(_ variant: String) async throws -> Double {
        let arguments = ["--events", "\(events)", "--keys", "\(keys)", "--variant", variant]
        return try await OutboxBacklogBenchmark.parse(arguments).measureOnce()
    }

    /// Programs of others, each of which prints its rate.
    private struct Peers {
        let python: String
        let url: String

        func run(_ script: String, _ arguments: [String]) throws -> Double {
            let output = try Tool(words: [python, "Benchmarks/Peers/\(script)"] + arguments).output()
            guard let rate = Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) else {
                throw ValidationError("\(script) said: \(output)")
            }
            return rate
        }
    }
}
