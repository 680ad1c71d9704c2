import ArgumentParser
import Postgres

/// Single reads by primary key: many callers on the read lane against as many connections of pgbench.
struct ReadLaneBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "read-lane",
        abstract: "Reads by primary key, against pgbench -S -M prepared."
    )

    @Option(help: "Concurrent callers on both sides.") var callers = 64
    @Option(help: "Connections of the read lane.") var connections = 2
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5
    @Flag(help: "Leave pgbench out, to profile ours.") var alone = false

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.readConnections = connections }
        let load = Load(callers: callers, seconds: seconds)
        let database = bench.database
        let rounds = try await Rounds(rounds) {
            try await load.run { random in
                let id = Int.random(in: 1...1_000_000, using: &random)
                let rows = try await database.read("SELECT abalance FROM pgbench_accounts WHERE aid = \(id)")
                let balance: Int = try rows[0]["abalance"]
                precondition(balance > .min)
            }
        } theirs: {
            alone ? 1 : try bench.pgbench(["-S", "-c", "\(callers)", "-j", "2", "-T", "\(seconds)"])
        }
        rounds.report("read lane", against: "pgbench -S", aim: 3)
        await database.close()
    }
}
