import EventDelivery
import Events
public import FoundationEssentials
import Postgres

extension OutboxOperations {
    /// Up to how many events before one are counted.
    private static let window = 10_000

    /// Why each listener, or one, has or has not handled an event, by identifier or position.
    public func explain(_ reference: String, listener: String? = nil, now: Date = Date()) async throws -> Explanation {
        let status = try await status(openFor: .zero)
        return try await look { tx in
            guard let event = try await event(reference, in: tx) else {
                try await Self.requireKept(reference, in: tx)
                return Explanation(event: nil, summary: Self.unknown(reference, status), deliveries: [])
            }
            var facts = try await facts(about: event, stopped: status.stopped, in: tx) + volatileFacts(about: event)
            facts.sort { $0.listener < $1.listener }
            if let listener {
                facts.removeAll { $0.listener != listener }
                guard !facts.isEmpty else {
                    throw OutboxError.unknownListener(listener, known: listeners.map(\.name).sorted())
                }
            }
            let heard = facts.filter { $0.hears || listener != nil }
            return Explanation(
                event: event,
                summary: Self.summary(event, status, heard.filter(\.hears)),
                deliveries: heard.map { DeliveryExplanation($0, now: now) }
            )
        }
    }

    private static func unknown(_ reference: String, _ status: OutboxStatus) -> String {
        if let position = Int(reference), position > status.head {
            return "the log ends at \(status.head); there is no event \(position) yet"
        }
        guard UUID(uuidString: reference) != nil else { return "\(reference) is neither an identifier nor a position" }
        let open = status.openTransactions.map { transaction in
            "pid \(transaction.pid) (\(transaction.application)), for \(Int(transaction.seconds)) s"
        }
        return "no committed event has this identifier: its transaction was rolled back, never began, or is open still"
            + (open.isEmpty ? "; none is open" : "; open are \(open.joined(separator: ", "))")
    }

    private static func summary(_ event: EventView, _ status: OutboxStatus, _ hearing: [DeliveryFacts]) -> String {
        if event.position == 0 {
            return status.stopped.map { "nothing is being placed: \($0)" }
                ?? "committed, and about to be placed; \(status.unplaced) events wait for a position"
        }
        if hearing.isEmpty { return "no listener hears \(event.name)" }
        return "position \(event.position) of \(status.head), heard by \(hearing.count)"
            + (hearing.count == 1 ? " listener" : " listeners")
    }

    // MARK: Facts

    private func event(_ reference: String, in tx: borrowing Transaction) async throws -> EventView? {
        let position = Int(reference)
        let rows = try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), coalesce(l.position, 0) AS position
            FROM events.event e LEFT JOIN events.log l USING (seq)
            WHERE e.id = \(UUID(uuidString: reference))
               OR e.seq = (SELECT seq FROM events.log WHERE position = \(position))
            """
        )
        return try rows.first.map { try EventView($0) }
    }

    private func volatileFacts(about event: EventView) -> [DeliveryFacts] {
        listeners.filter { $0.effect == .volatile }.map { listener in
            var facts = DeliveryFacts(listener: listener.name)
            facts.isVolatile = true
            facts.hears = listener.hears(EventName(rawValue: event.name))
            return facts
        }
    }

    private func facts(
        about event: EventView,
        stopped: String?,
        in tx: borrowing Transaction
    ) async throws -> [DeliveryFacts] {
        let known = Set(listeners.map(\.name))
        return try await tx.query(
            """
            SELECT l.name, l.hears IS NULL OR \(event.name) = ANY (l.hears) AS hears, l.starts_after,
                   l.paused_at, l.paused_by, l.pause_reason, c.lane::bigint AS lane, c.position AS cursor, c.moved_at,
                   w.behind, s.failure, s.failing_since,
                   d.position AS d_position, d.state AS d_state, d.attempts AS d_attempts, d.failed_at AS d_failed_at,
                   d.next_attempt_at AS d_next, d.claimed_by IS NOT NULL AS d_claimed, d.error AS d_error,
                   d.decided_by, d.decision,
                   h.position AS h_position, h.state AS h_state, h.attempts AS h_attempts, h.failed_at AS h_failed_at,
                   h.next_attempt_at AS h_next, h.claimed_by IS NOT NULL AS h_claimed, h.error AS h_error,
                   r.id AS r_id, r.position AS r_position, r.last AS r_last, r.requested_by, r.reason AS r_reason
            FROM events.listener l
            JOIN events.cursor c ON c.listener = l.name AND c.lane = \(OrderingKey(stored: event.key).slot) % l.lanes
            LEFT JOIN events.lane_lease s ON s.listener = c.listener AND s.lane = c.lane
            LEFT JOIN events.deviation d ON d.listener = l.name AND d.position = \(event.position)
            LEFT JOIN LATERAL (
                SELECT * FROM events.deviation h
                WHERE h.listener = l.name AND h.key = \(event.key) AND h.state <> 'skipped'
                  AND h.position < \(event.position)
                ORDER BY h.position LIMIT 1) h ON true
            LEFT JOIN LATERAL (
                SELECT * FROM events.replay r
                WHERE r.listener = l.name AND r.finished_at IS NULL AND r.last >= \(event.position)
                  AND r.first <= \(event.position)
                ORDER BY r.created_at DESC LIMIT 1) r ON true
            CROSS JOIN LATERAL (
                SELECT count(*) AS behind FROM (
                    SELECT FROM events.log g
                    WHERE g.position > c.position AND g.position < \(event.position)
                      AND g.slot % l.lanes = c.lane AND (l.hears IS NULL OR g.name = ANY (l.hears))
                    LIMIT \(Self.window)) g) w
            """
        ).map { row in
            var facts = try DeliveryFacts(row, isCappedAt: Self.window)
            facts.position = event.position == 0 ? nil : event.position
            facts.sequencingStopped = stopped
            facts.isKnown = known.contains(facts.listener)
            return facts
        }
    }
}

extension DeliveryFacts {
    fileprivate init(_ row: Row, isCappedAt window: Int) throws {
        self.init(listener: try row["name"])
        hears = try row["hears"]
        startsAfter = try row["starts_after"]
        lane = try row["lane"]
        cursor = try row["cursor"]
        movedAt = try row["moved_at"]
        behind = try row["behind"]
        isCapped = behind >= window
        pause = try (row["paused_at"] as Date?).map { since in
            Pause(
                by: try row["paused_by"] ?? "unknown",
                since: since,
                reason: try row["pause_reason"] ?? "no reason is on record"
            )
        }
        standstill = try (row["failing_since"] as Date?).map { Standstill(since: $0, reason: try row["failure"]) }
        deviation = try (row["d_position"] as Int?).map { position in
            Deviation(
                position: position,
                state: try row["d_state"],
                attempts: try row["d_attempts"],
                failedAt: try row["d_failed_at"],
                nextAttemptAt: try row["d_next"],
                isClaimed: try row["d_claimed"],
                error: try row["d_error"],
                decidedBy: try row["decided_by"],
                decision: try row["decision"]
            )
        }
        head = try (row["h_position"] as Int?).map { position in
            Deviation(
                position: position,
                state: try row["h_state"],
                attempts: try row["h_attempts"],
                failedAt: try row["h_failed_at"],
                nextAttemptAt: try row["h_next"],
                isClaimed: try row["h_claimed"],
                error: try row["h_error"]
            )
        }
        replay = try (row["r_id"] as UUID?).map { id in
            Replay(
                id: id,
                position: try row["r_position"],
                last: try row["r_last"],
                requestedBy: try row["requested_by"],
                reason: try row["r_reason"]
            )
        }
    }
}
