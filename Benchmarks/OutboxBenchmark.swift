import EventDelivery
import EventOutbox
import Events
import Foundation
import Glibc
import Logging
import Migrations
import Postgres

/// What the benchmarks of the event path share.
struct OutboxBenchmark {
    let database: Database
    let outbox: Outbox

    /// The event of these benchmarks.
    struct Counted: DomainEvent {
        static let name: EventName = "benchmarks.counted"
        let kid: Int
        let number: Int
        var key: OrderingKey { OrderingKey("kid", kid) }
    }

    /// Empties the outbox of a benchmark database, after making it if need be.
    static func prepare(_ bench: BenchmarkDatabase) async throws -> OutboxBenchmark {
        let quiet = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }
        try await Migrator(bench.database.configuration, logger: quiet).up()
        let benchmark = OutboxBenchmark(database: bench.database, outbox: Outbox(bench.database))
        try await benchmark.empty()
        return benchmark
    }

    /// Forgets every event, listener and counter.
    func empty() async throws {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(60)
        try await database.transaction(options) { tx in
            tx.send(
                """
                TRUNCATE events.event, events.log, events.listener, events.claim, events.move, events.deviation,
                         events.replay RESTART IDENTITY CASCADE
                """
            )
            tx.send("UPDATE events.partition SET closed_at = NULL, sealed_at = NULL, first_position = 1")
            tx.send("DELETE FROM events.tick")
            tx.send("INSERT INTO events.tick (position, snapshot) VALUES (0, pg_current_snapshot())")
            tx.send("SELECT events.extend(1000000, 4)")
            tx.send("CREATE TABLE IF NOT EXISTS counter (kid bigint PRIMARY KEY, total bigint NOT NULL)")
            tx.send("CREATE TABLE IF NOT EXISTS effect (kid bigint NOT NULL, number bigint NOT NULL)")
            tx.send("TRUNCATE counter, effect")
        }
    }

    /// Records so many events, each key's in turn.
    func record(_ events: Int, keys: Int) async throws {
        let slots = (0..<keys).map { OrderingKey("kid", $0).slot }
        var options = TransactionOptions()
        options.statementTimeout = .seconds(60)
        try await database.transaction(options) { tx in
            try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
                SELECT gen_random_uuid(), 'benchmarks.counted', 1, 'kid:' || n % \(keys), (\(slots))[n % \(keys) + 1],
                       jsonb_build_object('kid', n % \(keys), 'number', n), gen_random_uuid()
                FROM generate_series(1, \(events)) AS n
                """
            )
        }
    }

    /// Delivers until the body returns.
    func delivering<Result: Sendable>(
        to listeners: [Listener],
        _ configuration: OutboxConfiguration = OutboxConfiguration(),
        hearing: @escaping @Sendable () -> Void = {},
        _ body: () async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "benchmarks")
        logger.logLevel = .warning
        let delivery = OutboxDelivery(
            outbox,
            listeners: listeners,
            configuration: configuration,
            logger: logger,
            hearing: hearing
        )
        return try await withThrowingTaskGroup { group in
            group.addTask { try await delivery.run() }
            defer { group.cancelAll() }
            return try await body()
        }
    }
}

extension Array<Double> {
    /// The value below which a share of all values lies.
    func percentile(_ share: Double) -> Double {
        let sorted = sorted()
        return sorted.isEmpty ? .nan : sorted[Swift.min(count - 1, Int(Double(count) * share))]
    }
}
