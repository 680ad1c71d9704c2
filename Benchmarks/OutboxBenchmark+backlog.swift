import Events
import Postgres

extension OutboxBenchmark {
    /// Records so many events in one transaction.
    func fill(_ count: Int, keys: Int) async throws {
        let slots = (0..<keys).map { OrderingKey("kid", $0).slot }
        var options = TransactionOptions()
        options.statementTimeout = .seconds(600)
        try await database.transaction(options) { tx in
            _ = try await tx.execute(
                """
                INSERT INTO events.event (id, name, version, key, slot, payload, correlation_id)
                SELECT gen_random_uuid(), 'benchmarks.counted', 1, 'kid:' || n % \(keys), (\(slots))[n % \(keys) + 1],
                       jsonb_build_object('kid', n % \(keys), 'number', n), gen_random_uuid()
                FROM generate_series(1, \(count)) AS n
                """
            )
        }
    }

    /// How many effects there are.
    func effects() async throws -> Int {
        try await database.read("SELECT coalesce(sum(total), 0)::bigint AS total FROM counter")[0]["total"]
    }

    /// Adds events to the counters of their keys.
    static func count(_ kids: [Int]) -> Statement {
        """
        INSERT INTO counter (kid, total) SELECT kid, count(*) FROM unnest(\(kids)) AS kid GROUP BY kid ORDER BY kid
        ON CONFLICT (kid) DO UPDATE SET total = counter.total + excluded.total
        """
    }
}
