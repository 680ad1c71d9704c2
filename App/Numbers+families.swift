import EventOutbox
import FoundationEssentials
import Jobs
import Postgres
import Telemetry

extension PoolNumbers {
    /// The pool for Prometheus. OpenTelemetry's `db.client.connection.count` would end in a suffix that Prometheus keeps
    /// for histograms, so it is called `db_client_connections`.
    var families: [MetricFamily] {
        var connections = MetricFamily("db_client_connections", .gauge, "Connections for transactions by state.")
        for (state, count) in [("used", used), ("idle", idle), ("opening", opening)] {
            connections.add(Double(count), ["state": state])
        }
        let waiting = "Transactions that wait for a connection."
        return [
            connections,
            MetricFamily("db_client_connection_max", .gauge, "Connections there may be.", Double(maximum)),
            MetricFamily("db_client_connection_pending_requests", .gauge, waiting, Double(self.waiting)),
        ]
    }
}

extension JobNumbers {
    /// The queue for Prometheus.
    var families: [MetricFamily] {
        var jobs = MetricFamily("storytime_jobs", .gauge, "Jobs of the cluster by state.")
        let states = [
            ("ready", ready), ("running", running), ("done", done), ("failed", failed), ("cancelled", cancelled),
        ]
        for (state, count) in states { jobs.add(Double(count), ["state": state]) }
        let oldest = "For how long the oldest due job has been due."
        return [jobs, MetricFamily("storytime_jobs_oldest_due_seconds", .gauge, oldest, oldestDueSeconds)]
    }
}

extension OutboxStatus {
    /// The event path for Prometheus.
    var families: [MetricFamily] {
        let slowest = listeners.map(\.waiting).max() ?? 0
        let oldest = listeners.compactMap(\.waitingSince).min()
        return [
            gauge("head_position", "Position of the newest event in the log.", head),
            gauge("unplaced_events", "Committed events that have no position yet.", unplaced),
            gauge(
                "pending_events",
                "Committed events that the slowest listener has still to hear.",
                unplaced + slowest
            ),
            MetricFamily(
                "outbox_oldest_event_age_seconds",
                .gauge,
                "Age of the oldest event that some listener has still to hear; 0 without one.",
                age(of: oldest)
            ),
            byListener("listener_lag_events", "Events that a listener has still to hear.") { Double($0.waiting) },
            byListener("listener_lag_seconds", "Age of the oldest of them.") { age(of: $0.waitingSince) },
            byListener("listener_paused", "1 while a listener is paused.") { $0.pausedBy == nil ? 0 : 1 },
            byListener("retrying_events", "Events that are tried again.") { Double($0.retrying) },
            byListener("parked_events", "Events that wait behind a failed one of their key.") { Double($0.parked) },
            byListener("dead_events", "Events that are given up until an operator decides.") { Double($0.dead) },
        ]
    }

    private func gauge(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        MetricFamily("outbox_\(name)", .gauge, help, Double(value))
    }

    private func byListener(_ name: String, _ help: String, _ value: (ListenerStatus) -> Double) -> MetricFamily {
        var family = MetricFamily("outbox_\(name)", .gauge, help)
        for listener in listeners { family.add(value(listener), ["listener": listener.name]) }
        return family
    }

    private func age(of moment: Date?) -> Double { max(0, moment.map { Date().timeIntervalSince($0) } ?? 0) }
}
