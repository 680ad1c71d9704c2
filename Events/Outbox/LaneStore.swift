import EventDelivery
import Events
import Postgres

/// The SQL of a lane's run.
enum LaneStore {
    /// Locks the cursors of some lanes of one listener, and returns those that no other transaction has; they are waited
    /// for if so told. The row lock is the only claim there is.
    static func lock(
        _ lanes: [Lane],
        _ claim: LanePass.Claim = .atOnce,
        hears: [EventName]?,
        in tx: borrowing Transaction
    ) async throws -> [Lane: LaneCursor] {
        guard let first = lanes.first else { return [:] }
        let patience = claim == .atOnce ? "SKIP LOCKED" : ""
        let rows = try await tx.query(
            """
            SELECT c.lane, c.position, c.deviations, l.paused_at IS NOT NULL AS is_paused,
                   l.lanes <> \(first.count) OR l.hears IS DISTINCT FROM \(hears?.map(\.rawValue)) AS is_superseded
            FROM events.cursor c JOIN events.listener l ON l.name = c.listener
            WHERE c.listener = \(first.listener) AND c.lane = ANY (\(lanes.map(\.index)))
            FOR UPDATE OF c \(raw: patience)
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map {
                let cursor = LaneCursor(
                    position: try $0["position"],
                    deviations: try $0["deviations"],
                    isPaused: try $0["is_paused"],
                    isSuperseded: try $0["is_superseded"]
                )
                return (Lane(listener: first.listener, index: try $0["lane"], count: first.count), cursor)
            }
        )
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
        move([(lane, position)], in: tx)
    }

    /// Moves the cursors of some lanes of one listener; the statement travels with COMMIT.
    static func move(_ moves: [(lane: Lane, position: Int)], in tx: borrowing Transaction) {
        guard let first = moves.first else { return }
        tx.send(
            """
            UPDATE events.cursor c SET position = m.position, moved_at = now()
            FROM unnest(\(moves.map(\.lane.index)), \(moves.map(\.position))) AS m (lane, position)
            WHERE c.listener = \(first.lane.listener) AND c.lane = m.lane
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
