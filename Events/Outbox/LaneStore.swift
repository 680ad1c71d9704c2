import EventDelivery
import Events
import Postgres

/// The SQL of a lane's run.
enum LaneStore {
    /// Locks the cursor; nil when another transaction has it, unless it is to be waited for. The row lock is the only
    /// claim there is.
    static func lock(
        _ lane: Lane,
        _ claim: LanePass.Claim = .atOnce,
        hears: [EventName]?,
        in tx: borrowing Transaction
    ) async throws -> LaneCursor? {
        let patience = claim == .atOnce ? "SKIP LOCKED" : ""
        let rows = try await tx.query(
            """
            SELECT c.position, c.deviations, l.paused_at IS NOT NULL AS is_paused,
                   l.lanes <> \(lane.count) OR l.hears IS DISTINCT FROM \(hears?.map(\.rawValue)) AS is_superseded
            FROM events.cursor c JOIN events.listener l ON l.name = c.listener
            WHERE c.listener = \(lane.listener) AND c.lane = \(lane.index)
            FOR UPDATE OF c \(raw: patience)
            """
        )
        return try rows.first.map {
            LaneCursor(
                position: try $0["position"],
                deviations: try $0["deviations"],
                isPaused: try $0["is_paused"],
                isSuperseded: try $0["is_superseded"]
            )
        }
    }

    /// Events of the lane that its listener hears, between two positions.
    static func events(
        after position: Int,
        through last: Int,
        _ lane: Lane,
        hears: [EventName]?,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        try await tx.query(
            """
            SELECT \(raw: EventEnvelope.columns), l.position
            FROM events.log l JOIN events.event e USING (seq)
            WHERE l.position > \(position) AND l.position <= \(last)
              AND l.slot % \(lane.count) = \(lane.index)
              AND (\(hears?.map(\.rawValue))::text[] IS NULL OR l.name = ANY (\(hears?.map(\.rawValue))))
            ORDER BY l.position LIMIT \(limit)
            """
        ).map { try EventEnvelope($0) }
    }

    /// Moves the cursor; the statement travels with COMMIT.
    static func move(_ lane: Lane, to position: Int, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.cursor SET position = \(position), moved_at = now()
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }

    /// Counts anew what holds keys of the lane back.
    static func recount(_ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.cursor SET deviations = (
                SELECT count(*) FROM events.deviation
                WHERE listener = \(lane.listener) AND lane = \(lane.index) AND state <> 'skipped')
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }
}
