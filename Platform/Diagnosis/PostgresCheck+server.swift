extension PostgresCheck {
    /// What concerns the server as a whole.
    static let server: [PostgresCheck] = [
        PostgresCheck("version", "SELECT current_setting('server_version_num'), current_setting('server_version')") {
            switch Int($1.first?[0] ?? "") ?? 0 {
            case ..<130_000:
                [.error($0, "Postgres \($1.first?[1] ?? "?") is too old", fix: "move to Postgres 15 or later")]
            case ..<150_000:
                [.warning($0, "Postgres \($1.first?[1] ?? "?") is untested", fix: "move to Postgres 15 or later")]
            default: [.ok($0, "Postgres \($1.first?[1] ?? "?")")]
            }
        },
        PostgresCheck("standby", "SELECT pg_is_in_recovery()") {
            $1.first?[0] == "t"
                ? [
                    .error(
                        $0,
                        "the server is a standby and takes no writes",
                        fix: "let STORYTIME_DATABASE_URL lead to the primary, as with target_session_attrs=read-write"
                    )
                ] : [.ok($0, "the server takes writes")]
        },
        PostgresCheck(
            "settings",
            """
            SELECT name, setting FROM pg_settings
            WHERE name IN ('fsync', 'full_page_writes', 'autovacuum', 'synchronous_commit', 'deadlock_timeout')
            """
        ) { check, rows in
            rows.compactMap { settingFinding(check, $0[0], $0[1]) }.otherwise(
                check,
                "durable, vacuumed, and as expected"
            )
        },
        PostgresCheck(
            "wraparound",
            "SELECT datname, greatest(age(datfrozenxid), mxid_age(datminmxid)) FROM pg_database ORDER BY 2 DESC LIMIT 1"
        ) { check, rows in
            let (name, age) = (rows.first?[0] ?? "?", Int(rows.first?[1] ?? "") ?? 0)
            let message = "the oldest transaction in \(name) is \(age / 1_000_000) million transactions old"
            let fix = "find what holds vacuum back (open transactions, slots), then VACUUM FREEZE in \(name)"
            return switch age {
            case 1_200_000_000...: [.error(check, "\(message); at 2,100 million the server stops", fix: fix)]
            case 500_000_000...: [.warning(check, message, fix: fix)]
            default: [.ok(check, message)]
            }
        },
        PostgresCheck(
            "slots",
            """
            SELECT slot_name, pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint >> 20 FROM pg_replication_slots
            WHERE NOT active AND pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) > 1 << 30
            """
        ) { check, rows in
            rows.map {
                .warning(
                    check,
                    "the slot \($0[0]) is not used and keeps \($0[1]) MB of WAL",
                    fix: "start its reader, or SELECT pg_drop_replication_slot('\($0[0])')"
                )
            }.otherwise(check, "no slot keeps WAL for nobody")
        },
    ]

    private static func settingFinding(_ check: String, _ name: String, _ value: String) -> Finding? {
        switch (name, value) {
        case ("fsync", "off"), ("full_page_writes", "off"):
            .error(
                check,
                "\(name) is off: a crash can destroy the database",
                fix: "ALTER SYSTEM SET \(name) = on, reload"
            )
        case ("autovacuum", "off"):
            .error(
                check,
                "autovacuum is off: tables grow until the server stops",
                fix: "ALTER SYSTEM SET autovacuum = on, reload"
            )
        case ("synchronous_commit", "off"):
            .warning(
                check,
                "synchronous_commit is off: a crash can take back what clients were told is done",
                fix: "ALTER SYSTEM SET synchronous_commit = on, reload"
            )
        case ("deadlock_timeout", let value) where (Int(value) ?? 0) >= 1_000:
            .warning(
                check,
                "deadlock_timeout is \(value) ms: statements time out before a deadlock is found and tried again",
                fix: "as a superuser: ALTER SYSTEM SET deadlock_timeout = '250ms', reload"
            )
        default: nil
        }
    }
}
