import Postgres

/// Reads what the listener counted.
enum EventCountRepository {
    /// Counts from one day to another, by day and name. The days are texts such as `2026-03-01`.
    static func counts(_ from: String, _ to: String, _ database: Database) async throws -> [EventCount] {
        try await database.read(
            """
            SELECT day::text AS day, name, sum(bit_count(seen))::bigint AS count FROM analytics.event_block
            WHERE day BETWEEN \(from)::date AND \(to)::date
            GROUP BY event_block.day, name ORDER BY event_block.day, name
            """,
            from: .replica
        ).map { EventCount(day: try $0["day"], name: try $0["name"], count: try $0["count"]) }
    }
}
