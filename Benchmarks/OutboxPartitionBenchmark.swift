import ArgumentParser
import Foundation
import Postgres

/// What it costs to record an event into a partition, and not into a plain table with the same indexes.
struct OutboxPartitionBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox-partition",
        abstract: "Insert an event through the partitioned table and into a plain one, both by pgbench."
    )

    @Option(help: "Concurrent clients.") var clients = 32
    @Option(help: "Seconds a round.") var seconds = 3
    @Option(help: "Rounds.") var rounds = 5

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        _ = try await OutboxBenchmark.prepare(bench)
        try await bench.database.transaction { tx in
            tx.send("DROP TABLE IF EXISTS plain_event")
            tx.send("CREATE TABLE plain_event (LIKE events.event_1 INCLUDING ALL)")
            tx.send("ALTER TABLE plain_event ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY")
        }
        for commit in ["on", "off"] {
            print("synchronous_commit = \(commit)")
            let (parts, plain) = (try script("events.event", commit), try script("plain_event", commit))
            try await Rounds(rounds) {
                try bench.pgbench(["-f", parts.path] + options)
            } theirs: {
                try bench.pgbench(["-f", plain.path] + options)
            }.report("into partitions", against: "a plain table", aim: 0.95)
        }
        try await bench.database.transaction { tx in tx.send("DROP TABLE plain_event") }
        await bench.database.close()
    }

    private var options: [String] { ["-c", "\(clients)", "-j", "2", "-T", "\(seconds)"] }

    /// Without waiting for the disk, the insert itself is all there is.
    private func script(_ table: String, _ commit: String) throws -> URL {
        let file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString).sql")
        let text = """
            \\set kid random(1, 5000)
            BEGIN;
            SET LOCAL synchronous_commit = \(commit);
            INSERT INTO \(table) (id, name, version, key, slot, payload, correlation_id)
            VALUES (gen_random_uuid(), 'benchmarks.counted', 1, 'kid:' || :kid, :kid % 256,
                    '{"kid": 1, "number": 1}', gen_random_uuid());
            COMMIT;
            """
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }
}
