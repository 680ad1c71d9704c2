import EventDelivery
import Events
import Postgres

extension LeasedLane {
    /// Takes the lane, or goes on with it, and reads what is to be done, in one short transaction.
    ///
    /// `head` is the position up to which the log is looked at.
    package func begin(head: Int) async throws -> LeasedTurn {
        var options = TransactionOptions()
        options.asynchronousCommit = true
        options.statementTimeout = .seconds(10)
        return try await database.transaction(options) { tx in
            guard let cursor = try await LaneStore.lock(lane, hears: listener.hears, in: tx) else { return .busy }
            guard !cursor.isSuperseded else { return .superseded }
            guard !cursor.isPaused else { return .paused }
            guard let (fence, wasFailing) = try await claim(in: tx) else { return .busy }
            return .batch(try await batch(cursor, head: head, fence: fence, wasFailing: wasFailing, in: tx))
        }
    }

    /// Goes on with one's own lease, or takes one that is free or over. Nil when another has it.
    private func claim(in tx: borrowing Transaction) async throws -> (fence: Int, wasFailing: Bool)? {
        // Renewed when half of it has passed: most of the time a look is enough.
        let own = try await tx.query(
            """
            SELECT fence, failure IS NOT NULL AS was_failing FROM events.lane_lease
            WHERE listener = \(lane.listener) AND lane = \(lane.index) AND holder = \(holder)
              AND expires_at > now() + make_interval(secs => \(terms.seconds / 2))
            """
        )
        if let row = own.first { return (try row["fence"], try row["was_failing"]) }
        return try await tx.query(
            """
            INSERT INTO events.lane_lease AS s (listener, lane, holder, expires_at)
            VALUES (\(lane.listener), \(lane.index), \(holder),
                    now() + make_interval(secs => \(terms.seconds)))
            ON CONFLICT (listener, lane) DO UPDATE SET
                holder = excluded.holder, expires_at = excluded.expires_at,
                fence = s.fence + CASE WHEN s.holder = excluded.holder THEN 0 ELSE 1 END
            WHERE s.holder IS NULL OR s.holder = excluded.holder OR s.expires_at < now()
            RETURNING fence, failure IS NOT NULL AS was_failing
            """
        ).first.map { (try $0["fence"], try $0["was_failing"]) }
    }

    private func batch(
        _ cursor: LaneCursor,
        head: Int,
        fence: Int,
        wasFailing: Bool,
        in tx: borrowing Transaction
    ) async throws -> LeasedBatch {
        let due = cursor.deviations > 0 ? try await due(in: tx) : []
        let isFull = cursor.deviations >= terms.heldBack
        var (events, last) = ([EventEnvelope](), cursor.position)
        if cursor.position < head, !isFull { (events, last) = try await next(after: last, head: head, in: tx) }
        let keys = events.map(\.key.description)
        let blocked =
            cursor.deviations > 0 && !events.isEmpty
            ? try await DeviationStore.blockedKeys(of: lane, among: keys, in: tx) : []
        return LeasedBatch(
            fence: fence,
            position: cursor.position,
            last: last,
            due: due,
            events: events.filter { !blocked.contains($0.key.description) },
            blocked: events.filter { blocked.contains($0.key.description) },
            wasFailing: wasFailing,
            isHoldingBack: cursor.deviations > 0,
            next: !due.isEmpty || !isFull && last < head ? .atOnce : isFull ? .whenRetriesAreDue : .whenEventsCome
        )
    }

    private func next(
        after position: Int,
        head: Int,
        in tx: borrowing Transaction
    ) async throws -> (events: [EventEnvelope], last: Int) {
        let last = min(head, position + terms.scan)
        let events = try await LaneStore.events(
            after: position,
            through: last,
            lane,
            hears: listener.hears,
            limit: terms.batch,
            in: tx
        )
        return (events, events.count < terms.batch ? last : events.last?.position ?? last)
    }

    /// What failed before and is due; of each key the first, as the others are parked behind it.
    private func due(in tx: borrowing Transaction) async throws -> [LeasedBatch.Retry] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), d.position, d.attempts
            FROM events.deviation d JOIN events.log l USING (position) JOIN events.event e USING (seq)
            WHERE d.listener = \(lane.listener) AND d.lane = \(lane.index)
              AND d.state = 'retrying' AND d.next_attempt_at <= now()
            ORDER BY d.next_attempt_at LIMIT \(terms.batch)
            """
        ).map { LeasedBatch.Retry(event: try EventEnvelope($0), attempts: try $0["attempts"]) }
    }
}
