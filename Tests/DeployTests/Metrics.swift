/// The metrics of the program, and those that a query asks for.
enum Metrics {
    /// What a histogram is made of.
    private static func histogram(_ name: String) -> [String] { ["_bucket", "_count", "_sum"].map { name + $0 } }

    /// Every name that `/metrics` may tell.
    static let names =
        [
            "up", "storytime_build_info", "storytime_collector_up", "storytime_disk_free_bytes",
            "storytime_disk_size_bytes",
        ]
        + ["cpu_seconds_total", "resident_memory_bytes", "start_time_seconds", "open_fds", "max_fds"].map {
            "process_\($0)"
        }
        + ["http_server_request", "http_client_request", "db_client_operation", "messaging_process", "storytime_job"]
        .flatMap { histogram("\($0)_duration_seconds") }
        + ["http_server_active_requests", "db_client_connections", "db_client_connection_max"]
        + [
            "db_client_connection_pending_requests", "db_client_replica_reads_total",
            "db_client_replica_staleness_seconds",
        ]
        + ["storytime_jobs", "storytime_jobs_oldest_due_seconds", "outbox_deliveries_total"]
        + [
            "head_position", "unplaced_events", "listener_lag_events", "listener_lag_seconds", "listener_paused",
            "retrying_events", "parked_events", "dead_events",
        ].map { "outbox_\($0)" }
        + ["hits", "misses", "joined", "invalidations", "failures"].map { "cache_\($0)_total" }
        + ["cache_entries", "cache_memory_bytes", "rate_limit_refused_total", "db_client_connection_timeouts_total"]
        + histogram("db_client_connection_wait_time_seconds")
        + ["redis_connected", "redis_commands_waiting", "redis_commands_in_flight", "redis_connections_lost_total"]
        + ["redis_timeouts_total", "redis_refused_total"]

    /// The names in a query that stand for metrics.
    static func asked(in expression: String) -> [String] {
        let bare = expression.replacing(/"[^"]*"/, with: "").replacing(/\{[^}]*\}/, with: "")
            .replacing(/\b(?:by|without)\s*\([^)]*\)/, with: "").replacing(/\[[^\]]*\]/, with: "")
        return bare.matches(of: /[a-z][a-z0-9_]*(?:_[a-z0-9]+)*/).map { String($0.0) }.filter {
            !functions.contains($0)
        }
    }

    private static let functions: Set = [
        "sum", "max", "count", "rate", "histogram_quantile", "topk", "deriv", "changes", "e6", "e9",
    ]
}
