import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// The SQL of lanes' leases.
///
/// Whoever locks a lease and a cursor locks the lease first.
enum LaneLeaseStore {
    /// A lease that we have.
    struct Claim: Sendable, Equatable {
        let fence: Int
        /// An earlier attempt has noted a failure of the lane.
        let wasFailing: Bool
    }

    /// How a lane stands to somebody who wants it.
    enum Standing: Sendable, Equatable {
        /// It is ours, and for long enough.
        case ours(Claim)
        /// It can be taken, or taken for longer.
        case free
        /// Another has it.
        case taken
        /// An operator paused the listener.
        case paused
        /// The database knows the listener as a newer program has defined it.
        case superseded
    }

    /// Looks, and locks nothing: nodes that wait for their turn do so every second.
    static func look(
        _ lane: Lane,
        of listener: Listener,
        for holder: UUID,
        _ terms: LaneLeaseTerms,
        in tx: borrowing Transaction
    ) async throws -> Standing {
        let row = try await tx.query(
            """
            SELECT l.lanes <> \(lane.count) OR l.hears IS DISTINCT FROM \(listener.hears?.map(\.rawValue)) AS is_superseded,
                   l.paused_at IS NOT NULL AS is_paused, coalesce(s.fence, 0) AS fence,
                   s.failure IS NOT NULL AS was_failing,
                   coalesce(s.holder = \(holder) AND s.expires_at > now() + make_interval(secs => \(terms.seconds / 2)),
                            false) AS is_ours,
                   s.holder IS NULL OR s.holder = \(holder) OR s.expires_at < now() AS is_free
            FROM events.listener l
            LEFT JOIN events.lane_lease s ON s.listener = l.name AND s.lane = \(lane.index)
            WHERE l.name = \(lane.listener)
            """
        ).first
        guard let row, try !row["is_superseded"] else { return .superseded }
        if try row["is_paused"] { return .paused }
        if try row["is_ours"] { return .ours(Claim(fence: try row["fence"], wasFailing: try row["was_failing"])) }
        return try row["is_free"] ? .free : .taken
    }

    /// Takes the lease if it is free, or makes one's own last longer. Nil when another was faster.
    static func take(
        _ lane: Lane,
        for holder: UUID,
        _ terms: LaneLeaseTerms,
        in tx: borrowing Transaction
    ) async throws -> Claim? {
        try await tx.query(
            """
            INSERT INTO events.lane_lease AS s (listener, lane, holder, expires_at)
            VALUES (\(lane.listener), \(lane.index), \(holder), now() + make_interval(secs => \(terms.seconds)))
            ON CONFLICT (listener, lane) DO UPDATE SET
                holder = excluded.holder, expires_at = excluded.expires_at,
                fence = s.fence + CASE WHEN s.holder = excluded.holder THEN 0 ELSE 1 END
            WHERE s.holder IS NULL OR s.holder = excluded.holder OR s.expires_at < now()
            RETURNING fence, failure IS NOT NULL AS was_failing
            """
        ).first.map { Claim(fence: try $0["fence"], wasFailing: try $0["was_failing"]) }
    }

    /// Locks the lease if it is still ours, whether or not its time is over: nobody else has wanted it then.
    static func hold(_ lane: Lane, for holder: UUID, fence: Int, in tx: borrowing Transaction) async throws {
        let rows = try await tx.query(
            """
            SELECT FROM events.lane_lease
            WHERE listener = \(lane.listener) AND lane = \(lane.index) AND holder = \(holder) AND fence = \(fence)
            FOR UPDATE
            """
        )
        guard rows.count == 1 else { throw LaneLeaseLost() }
    }

    /// Makes a lease that is held last longer.
    static func extend(_ lane: Lane, _ terms: LaneLeaseTerms, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.lane_lease SET expires_at = now() + make_interval(secs => \(terms.seconds))
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }

    /// Gives the lease back, if it is ours. A reason why the lane stands still is kept for operators to see.
    static func release(_ lane: Lane, from holder: UUID, because reason: String?, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.lane_lease
            SET holder = NULL, expires_at = now(), failure = coalesce(\(reason), failure),
                failing_since = CASE WHEN \(reason)::text IS NULL THEN failing_since ELSE coalesce(failing_since, now()) END
            WHERE listener = \(lane.listener) AND lane = \(lane.index) AND holder = \(holder)
            """
        )
    }

    /// The lane gets on again.
    static func recover(_ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.lane_lease SET failure = NULL, failing_since = NULL
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }
}

extension LaneLeaseTerms {
    fileprivate var seconds: Double { duration.inSeconds }
}
