extension PostgresCheck {
    /// What concerns the database and what is going on in it.
    static let database: [PostgresCheck] = [
        PostgresCheck(
            "encoding",
            "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        ) {
            $1.first?[0] == "UTF8"
                ? [.ok($0, "UTF8")]
                : [
                    .error(
                        $0,
                        "the database stores \($1.first?[0] ?? "?") and cannot take every text",
                        fix: "make a new one: createdb --encoding UTF8 --template template0"
                    )
                ]
        },
        PostgresCheck(
            "transactions",
            """
            SELECT pid::text, application_name, extract(epoch FROM clock_timestamp() - xact_start)::int
            FROM pg_stat_activity
            WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()
              AND xact_start < clock_timestamp() - interval '1 minute'
            UNION ALL
            SELECT gid, 'prepared', extract(epoch FROM clock_timestamp() - prepared)::int FROM pg_prepared_xacts
            WHERE database = current_database() AND prepared < clock_timestamp() - interval '1 minute'
            ORDER BY 3 DESC LIMIT 5
            """
        ) { check, rows in
            rows.map(openTransaction).map { .warning(check, $0.message, fix: $0.fix) }
                .otherwise(check, "none is open for longer than a minute")
        },
        PostgresCheck(
            "connections",
            """
            SELECT count(*), current_setting('max_connections') FROM pg_stat_activity
            WHERE backend_type = 'client backend'
            """
        ) { check, rows in
            let (used, most) = (Int(rows.first?[0] ?? "") ?? 0, Int(rows.first?[1] ?? "") ?? 0)
            let message = "\(used) of \(most) connections are in use"
            guard used * 10 > most * 8 else { return [.ok(check, message)] }
            return [.warning(check, message, fix: "lower pool_max in STORYTIME_DATABASE_URL, or raise max_connections")]
        },
        PostgresCheck("indexes.invalid", "SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid") {
            check,
            rows in
            rows.map { .error(check, "\($0[0]) is not used", fix: "REINDEX INDEX CONCURRENTLY \($0[0])") }
                .otherwise(check, "every index is valid")
        },
        PostgresCheck("indexes.missing", foreignKeys) { check, rows in
            rows.map {
                .warning(
                    check,
                    "the foreign key \($0[1]) of \($0[0]) has no index, so that deletes read the whole table",
                    fix: "CREATE INDEX CONCURRENTLY ON \($0[0]) (\($0[2]))"
                )
            }.otherwise(check, "every foreign key has an index")
        },
        PostgresCheck(
            "bloat",
            """
            SELECT relid::regclass, n_dead_tup FROM pg_stat_user_tables
            WHERE n_dead_tup > 100000 AND n_dead_tup > n_live_tup ORDER BY 2 DESC LIMIT 5
            """
        ) { check, rows in
            rows.map {
                .warning(
                    check,
                    "\($0[0]) has \($0[1]) dead rows, more than live ones",
                    fix: "end old transactions, then VACUUM \($0[0])"
                )
            }.otherwise(check, "no table is mostly dead rows")
        },
    ]

    private static func openTransaction(_ row: Row) -> (message: String, fix: String) {
        guard row[1] != "prepared" else {
            let message = "the prepared transaction \(row[0]) is open for \(row[2]) s and holds its locks"
            return (message, "COMMIT PREPARED or ROLLBACK PREPARED '\(row[0])'")
        }
        let message = "pid \(row[0]) (\(row[1])) has a transaction open for \(row[2]) s, which holds vacuum back"
        return (message, "look at what it does, then SELECT pg_terminate_backend(\(row[0]))")
    }

    private static let foreignKeys = """
        SELECT c.conrelid::regclass, c.conname, string_agg(a.attname, ', ' ORDER BY k.ordinal)
        FROM pg_constraint c
        CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY k (attnum, ordinal)
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
        WHERE c.contype = 'f' AND c.conparentid = 0 AND NOT EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = c.conrelid AND i.indisvalid AND i.indpred IS NULL
              AND (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey)
        GROUP BY c.oid ORDER BY 1, 2
        """
}
