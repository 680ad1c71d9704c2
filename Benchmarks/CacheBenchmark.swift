import ArgumentParser
import Cache
import EventDelivery
import EventOutbox
import Events
import Foundation
import Logging
import Postgres
import Reactor
import Redis

/// What a cached read costs, and how soon after a commit another node has forgotten the old value.
struct CacheBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache",
        abstract: "Read through both tiers, and void values on another node by the log."
    )

    @Option(help: "Changes a round, one after the other.") var changes = 1_000
    @Option(help: "Milliseconds between two changes.") var pause = 2
    @Option(help: "Reads a round.") var reads = 1_000_000
    @Option(help: "Rounds.") var rounds = 3

    func run() async throws {
        try await Task.detached { try await measure() }.value
    }

    private func measure() async throws {
        let bench = try await BenchmarkDatabase.open(scale: 10) { $0.statementTimeout = .seconds(30) }
        let writer = try await OutboxBenchmark.prepare(bench)
        let near = try Node()
        let far = try Node()
        try await report(near)
        // The other node has a connection pool, a reactor and an outbox of its own.
        let database = Database(bench.database.configuration, on: try ReactorLoop(), logger: Node.silent)
        let other = OutboxBenchmark(database: database, outbox: Outbox(database))
        var delays: [Double] = []
        try await writer.delivering(to: [near.listener(nil)]) {
            for round in 1...rounds {
                let journeys = Journeys(count: changes)
                let (hears, isHearing) = AsyncStream<Void>.makeStream()
                let summary = try await other.delivering(
                    to: [far.listener(journeys)],
                    hearing: { isHearing.finish() }
                ) {
                    for await _ in hears {}
                    return try await change(writer, far, journeys)
                }
                print("round \(round): \(summary)")
                delays += summary.delays
            }
        }
        let (median, tail) = (delays.percentile(0.5), delays.percentile(0.99))
        print("forgotten on the other node: p50 \(median) ms, p99 \(tail) ms (aim 20)")
        await database.close()
        await bench.database.close()
    }

    /// Each change waits until the one before it has arrived.
    private func change(_ writer: OutboxBenchmark, _ far: Node, _ journeys: Journeys) async throws -> Journeys.Summary {
        let start = ContinuousClock.now
        let recorder = writer.outbox.recorder
        for number in 0..<changes {
            _ = try await far.cache.value(for: Node.key(number)) { number }
            try await writer.database.transaction { tx in
                try recorder.record(OutboxBenchmark.Counted(kid: number % 100, number: number), in: tx)
                tx.scope.afterCommit { journeys.begin(number..<number + 1) }
            }
            while !journeys.areOver(number..<number + 1) { try await Task.sleep(for: .milliseconds(1)) }
            try await Task.sleep(for: .milliseconds(pause))
        }
        return journeys.summary(of: 0..<changes, in: start.duration(to: .now))
    }

    private func report(_ node: Node) async throws {
        let key = Node.key(0)
        _ = try await node.cache.value(for: key) { 0 }
        let memory = try await time(reads) { _ = try await node.cache.value(for: key) { 0 } }
        let shared = try await time(reads / 100) {
            node.cache.forgetMemory()
            _ = try await node.cache.value(for: key) { 0 }
        }
        print("read from memory: \(Int(memory)) ns; from Redis: \(Int(shared / 1_000)) µs, one after the other")
    }

    /// Nanoseconds each, in the fastest round.
    private func time(_ count: Int, _ body: () async throws -> Void) async throws -> Double {
        var fastest = Double.infinity
        for _ in 0..<rounds {
            let start = ContinuousClock.now
            for _ in 0..<count { try await body() }
            fastest = min(fastest, start.duration(to: .now) / .nanoseconds(1) / Double(count))
        }
        return fastest
    }

    /// A node's cache, over a connection of its own to the Redis of benchmarks.
    private struct Node {
        let cache: Cache

        init() throws {
            guard let url = ProcessInfo.processInfo.environment["STORYTIME_BENCH_REDIS_URL"] else {
                throw ValidationError("set STORYTIME_BENCH_REDIS_URL to a Redis for benchmarks")
            }
            let redis = RedisClient(try RedisConfiguration(url: url), on: try ReactorLoop(), logger: Self.silent)
            cache = Cache(redis: redis, logger: Self.silent)
        }

        static var silent: Logger { Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() } }
        static func key(_ number: Int) -> CacheKey { CacheGroup.kid.key("\(number)") }

        func listener(_ journeys: Journeys?) -> Listener {
            .volatile("benchmarks.void") {
                VolatileReaction.on(OutboxBenchmark.Counted.self) { counted in
                    cache.invalidate([Self.key(counted.event.number)])
                    journeys?.end([counted.event.number])
                }
            }
        }
    }
}
