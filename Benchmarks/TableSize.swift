import Postgres

/// How much a table of the event path takes with its indexes and partitions, and how many of its rows are dead.
struct TableSize {
    let name: String
    let bytes: Int
    let dead: Int

    static func all(_ database: Database) async throws -> [TableSize] {
        try await database.read(
            """
            SELECT coalesce(parent.relname, c.relname)::text AS name, sum(pg_total_relation_size(c.oid))::bigint AS bytes,
                   coalesce(sum(s.n_dead_tup), 0)::bigint AS dead
            FROM pg_class c
            LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class parent ON parent.oid = i.inhparent
            LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
            WHERE c.relnamespace = 'events'::regnamespace AND c.relkind = 'r' GROUP BY 1 ORDER BY 1
            """
        ).map { TableSize(name: try $0["name"], bytes: try $0["bytes"], dead: try $0["dead"]) }
    }

    func line(from start: TableSize?) -> String {
        "events.\(name): \((start?.bytes ?? 0) >> 10) kB before, \(bytes >> 10) kB after, \(dead) dead rows"
    }
}
