import EventDelivery
import Events
public import FoundationEssentials
import Identifiers
import Postgres

extension OutboxOperations {
    /// Counts what a replay would hand to a listener, and tells how long it will take.
    public func planReplay(_ request: ReplayRequest) async throws -> ReplayPlan {
        let listener = try replayable(request.listener)
        let selection = ReplayStore.Selection(listener, names: request.names, keys: request.keys)
        return try await scan { tx in
            let (first, last) = try await bounds(of: request, in: tx)
            guard first >= 1, first <= last else { throw OutboxError.emptyRange("\(first)…\(last)") }
            try await Self.requireKept(first...last, in: tx)
            let (events, keyCount) = try await counts(selection, first, last, in: tx)
            let total = events.values.reduce(0, +)
            let pace = try await pace(of: listener.name, in: tx)
            return ReplayPlan(
                listener: listener.name,
                first: first,
                last: last,
                events: events,
                total: total,
                keyCount: keyCount,
                names: request.names,
                keys: request.keys,
                rate: request.rate,
                estimatedSeconds: ReplayStatus.forecast(
                    left: total,
                    done: pace.delivered,
                    busy: pace.seconds,
                    rate: request.rate
                )
            )
        }
    }

    /// Writes a replay down. Drive it with `runReplay`, or let the nodes do so that bring events to listeners.
    public func beginReplay(_ plan: ReplayPlan, detached: Bool = false, by operation: Operator) async throws -> UUID {
        let id = UUID.v7()
        try await database.transaction { tx in
            try await Self.keep(plan.first...plan.last, in: tx)
            tx.send(
                """
                INSERT INTO events.replay
                    (id, listener, first, last, position, names, keys, rate, total, detached, reason, requested_by)
                VALUES (\(id), \(plan.listener), \(plan.first), \(plan.last), \(plan.first - 1), \(plan.names),
                        \(plan.keys), \(plan.rate), \(plan.total), \(detached), \(operation.reason), \(operation.name))
                """
            )
            Self.log("replay", "\(plan.listener) \(plan.first)…\(plan.last)", by: operation, in: tx)
        }
        return id
    }

    /// Every replay that is not over, and the newest of those that are, the newest last.
    public func replays(limit: Int = 50) async throws -> [ReplayStatus] {
        try await look { tx in
            try await tx.query(
                """
                SELECT \(raw: ReplayStatus.columns) FROM events.replay r
                ORDER BY r.finished_at IS NULL AND r.aborted_at IS NULL DESC, r.created_at DESC LIMIT \(limit)
                """
            ).map { try ReplayStatus($0) }.sorted { $0.createdAt < $1.createdAt }
        }
    }

    /// One replay.
    public func replay(_ id: UUID) async throws -> ReplayStatus {
        try await look { tx in
            let rows = try await tx.query(
                "SELECT \(raw: ReplayStatus.columns) FROM events.replay r WHERE r.id = \(id)"
            )
            guard let row = rows.first else { throw OutboxError.unknownReplay(id) }
            return try ReplayStatus(row)
        }
    }

    /// Ends a replay where it stands, after the batch at work. What it has handed over stays.
    public func abortReplay(_ id: UUID, by operation: Operator) async throws -> ReplayStatus {
        try await change(id, "replay-abort", by: operation) { tx in
            tx.send(
                "UPDATE events.replay SET aborted_at = now(), aborted_by = \(operation.name) WHERE id = \(id)"
            )
        }
    }

    /// Lets a replay go on that was interrupted or has failed, driven by the caller or by the nodes.
    public func resumeReplay(_ id: UUID, detached: Bool, by operation: Operator) async throws -> ReplayStatus {
        try await change(id, "replay-resume", by: operation) { tx in
            tx.send(
                "UPDATE events.replay SET failed_at = NULL, error = NULL, detached = \(detached) WHERE id = \(id)"
            )
        }
    }

    private func change(
        _ id: UUID,
        _ verb: String,
        by operation: Operator,
        _ body: @Sendable (borrowing Transaction) -> Void
    ) async throws -> ReplayStatus {
        let options = TransactionOptions(statementTimeout: .seconds(90))
        try await database.transaction(options) { tx in
            let rows = try await tx.query(
                "SELECT \(raw: ReplayStatus.columns) FROM events.replay r WHERE r.id = \(id) FOR UPDATE"
            )
            guard let row = rows.first else { throw OutboxError.unknownReplay(id) }
            let status = try ReplayStatus(row)
            guard status.isOpen else { throw OutboxError.replayIsOver(id, status.state.rawValue) }
            body(tx)
            Self.log(verb, "\(status.listener) \(id.uuidString.lowercased())", by: operation, in: tx)
        }
        return try await replay(id)
    }

    // MARK: Planning

    /// A moment is that of the batch which placed an event: the log's own order, whatever clocks said before. Of older
    /// batches the last of each minute is kept, so whole minutes are exact.
    private func bounds(of request: ReplayRequest, in tx: borrowing Transaction) async throws -> (Int, Int) {
        let row = try await tx.query(
            """
            SELECT (SELECT max(position) FROM events.tick) AS head, events.kept_from() AS kept_from,
                   (SELECT max(position) + 1 FROM events.tick WHERE at < \(request.since)) AS since,
                   CASE WHEN \(request.until)::timestamptz IS NOT NULL THEN
                       (SELECT coalesce(max(position), 0) FROM events.tick WHERE at <= \(request.until)) END AS until
            """
        )[0]
        let head: Int = try row["head"] ?? 0
        let (since, until): (Int?, Int?) = (try row["since"], try row["until"])
        return (try max(request.from ?? row["kept_from"], since ?? 1), min(request.to ?? head, until ?? head, head))
    }

    private func counts(
        _ selection: ReplayStore.Selection,
        _ first: Int,
        _ last: Int,
        in tx: borrowing Transaction
    ) async throws -> (events: [String: Int], keys: Int) {
        let rows = try await tx.query(
            """
            SELECT l.name, count(*) AS count, count(DISTINCT e.key) AS keys, grouping(l.name) = 1 AS is_total
            FROM events.log l JOIN events.event e USING (seq)
            WHERE l.position >= \(first) AND l.position <= \(last)
              AND (\(selection.names)::text[] IS NULL OR l.name = ANY (\(selection.names)))
              AND (\(selection.keys)::text[] IS NULL OR l.slot = ANY (\(selection.slots)) AND e.key = ANY (\(selection.keys)))
            GROUP BY ROLLUP (l.name)
            """
        )
        var events: [String: Int] = [:]
        var keys = 0
        for row in rows {
            if try row["is_total"] { keys = try row["keys"] } else { events[try row["name"]] = try row["count"] }
        }
        return (events, keys)
    }

    /// How long the listener's earlier replays took.
    private func pace(
        of listener: String,
        in tx: borrowing Transaction
    ) async throws -> (delivered: Int, seconds: Double) {
        let row = try await tx.query(
            """
            SELECT coalesce(sum(delivered), 0)::bigint AS delivered, coalesce(sum(busy_seconds), 0) AS seconds
            FROM (SELECT delivered, busy_seconds FROM events.replay
                  WHERE listener = \(listener) AND delivered > 0 AND busy_seconds > 0
                  ORDER BY created_at DESC LIMIT 5) past
            """
        )[0]
        return (try row["delivered"], try row["seconds"])
    }
}
