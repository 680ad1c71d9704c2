import ArgumentParser
import EventDelivery
import EventOutbox
import Foundation
import Postgres

/// What an event adds to the transaction that records it.
struct OutboxPublishBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-publish",
        abstract: "BEGIN; UPDATE; record one event; COMMIT, against the same SQL in pgbench and against no event."
    )

    @Option(help: "Concurrent callers on both sides, each with a connection.") var callers = 32
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5
    @Option(help: "A folder on the server's disk.") var folder = "/tmp"

    private static let update = """
        \\set aid random(1, 1000000)
        BEGIN;
        UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :aid;

        """
    private static let insert = """
        INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
        VALUES (gen_random_uuid(), 'benchmarks.counted', 1, 'kid:' || :aid, :aid % 256,
                '{"kid": 1, "number": 1}', gen_random_uuid());

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
        let outbox = try await OutboxBenchmark.prepare(bench)
        print("the disk does \(try FlushRate.measure(in: folder)) flushes/s")
        let (plain, full) = (try script(Self.update), try script(Self.update + Self.insert))
        let options = ["-c", "\(callers)", "-j", "2", "-T", "\(seconds)"]
        try await Rounds(rounds) {
            try await ours(outbox, records: true)
        } theirs: {
            try bench.pgbench(["-f", full.path] + options)
        }.report("with an event", against: "pgbench", aim: 1)
        try await Rounds(rounds) {
            try await ours(outbox, records: true)
        } theirs: {
            try await ours(outbox, records: false)
        }.report("with an event", against: "without", aim: 0.9)
        try await Rounds(rounds) {
            try bench.pgbench(["-f", full.path] + options)
        } theirs: {
            try bench.pgbench(["-f", plain.path] + options)
        }.report("pgbench with an event", against: "without", aim: 0.9)
        await bench.database.close()
    }

    private func ours(_ benchmark: OutboxBenchmark, records: Bool) async throws -> Double {
        let recorder = benchmark.outbox.recorder
        return try await Load(callers: callers, seconds: seconds).run { random in
            let id = Int.random(in: 1...1_000_000, using: &random)
            try await benchmark.database.transaction { tx in
                try await tx.execute("UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = \(id)")
                if records { try recorder.record(OutboxBenchmark.Counted(kid: id, number: 1), in: tx) }
            }
        }
    }

    private func script(_ body: String) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString).sql")
        try (body + "COMMIT;\n").write(to: file, atomically: true, encoding: .utf8)
        return file
    }
}
