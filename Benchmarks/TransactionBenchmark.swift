import ArgumentParser
import Foundation
import Postgres

/// Short writing transactions: one row updated, one inserted.
struct TransactionBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transaction",
        abstract: "BEGIN; UPDATE; INSERT; COMMIT, against the same in pgbench."
    )

    @Option(help: "Concurrent callers on both sides, each with a connection.") var callers = 32
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5
    @Flag(help: "Leave pgbench out, to profile ours.") var alone = false

    private static let script = """
        \\set aid random(1, 1000000)
        BEGIN;
        UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;
        INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, :aid, 1, CURRENT_TIMESTAMP);
        COMMIT;
        """

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) {
            $0.poolMaximum = callers
            $0.poolMinimum = callers
            $0.statementTimeout = .seconds(30)
            $0.acquireTimeout = .seconds(30)
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString).sql")
        try Self.script.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let load = Load(callers: callers, seconds: seconds)
        let database = bench.database
        let rounds = try await Rounds(rounds) {
            try await load.run { random in
                let id = Int.random(in: 1...1_000_000, using: &random)
                try await database.transaction { tx in
                    try await tx.execute(
                        "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = \(id)"
                    )
                    tx.send(
                        """
                        INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)
                        VALUES (1, 1, \(id)::int, 1, CURRENT_TIMESTAMP)
                        """
                    )
                }
            }
        } theirs: {
            alone ? 1 : try bench.pgbench(["-f", file.path, "-c", "\(callers)", "-j", "2", "-T", "\(seconds)"])
        }
        rounds.report("transaction", against: "pgbench", aim: 1)
        await database.close()
    }
}
