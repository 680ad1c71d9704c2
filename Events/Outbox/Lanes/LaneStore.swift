import EventDelivery
import Events
import Postgres

/// The SQL of a lane's run.
enum LaneStore {
    /// Locks the claims of some lanes of one listener, and returns where those stand that no other transaction has; they
    /// are waited for if so told. The row lock is the only claim there is.
    ///
    /// Where a lane stands is read by a function, once the lock is held: the statement's own snapshot may be older than
    /// what the last holder of the lock has done.
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
            WITH claimed AS MATERIALIZED (
                SELECT c.id, c.lane, c.position, c.deviations, l.paused_at IS NOT NULL AS is_paused,
                       l.lanes <> \(first.count) OR l.hears IS DISTINCT FROM \(hears?.map(\.rawValue)) AS is_superseded
                FROM events.claim c JOIN events.listener l ON l.name = c.listener
                WHERE c.listener = \(first.listener) AND c.lane = ANY (\(lanes.map(\.index)))
                FOR UPDATE OF c \(raw: patience)
            )
            SELECT lane, coalesce(events.newest_move(id), position) AS position, deviations, is_paused, is_superseded,
                   (SELECT id FROM events.incarnation) AS incarnation
            FROM claimed
            """
        )
        return try Dictionary(
            uniqueKeysWithValues: rows.map {
                let cursor = LaneCursor(
                    position: try $0["position"],
                    deviations: try $0["deviations"],
                    incarnation: try $0["incarnation"],
                    isPaused: try $0["is_paused"],
                    isSuperseded: try $0["is_superseded"]
                )
                return (Lane(listener: first.listener, index: try $0["lane"], count: first.count), cursor)
            }
        )
    }

    /// Locks one lane's claim; nil when another transaction has it.
    static func lock(
        _ lane: Lane,
        _ claim: LanePass.Claim = .atOnce,
        hears: [EventName]?,
        in tx: borrowing Transaction
    ) async throws -> LaneCursor? {
        try await lock([lane], claim, hears: hears, in: tx)[lane]
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
            SELECT \(raw: EventEnvelope.columns), e.position
            FROM events.page(\(position), \(last), \(lane.count), \(lane.index), \(hears?.map(\.rawValue)), \(limit)) e
            ORDER BY e.position
            """
        ).map { try EventEnvelope($0) }
    }

    /// The next events of the lane that its listener hears, up to a position or a limit, and how far was looked.
    static func next(
        after position: Int,
        through last: Int,
        _ lane: Lane,
        hears: [EventName]?,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> (events: [EventEnvelope], last: Int) {
        let events = try await events(after: position, through: last, lane, hears: hears, limit: limit, in: tx)
        return (events, events.count < limit ? last : events.last?.position ?? last)
    }

    /// Moves the cursor; the statement travels with COMMIT. It inserts and never updates: see `events.move`.
    static func move(_ lane: Lane, to position: Int, in tx: borrowing Transaction) {
        move([(lane, position)], in: tx)
    }

    /// Moves the cursors of some lanes of one listener; the statement travels with COMMIT.
    static func move(_ moves: [(lane: Lane, position: Int)], in tx: borrowing Transaction) {
        guard let first = moves.first else { return }
        tx.send(
            """
            INSERT INTO events.move (claim, position)
            SELECT c.id, m.position
            FROM unnest(\(moves.map(\.lane.index)), \(moves.map(\.position))) AS m (lane, position)
            JOIN events.claim c ON c.listener = \(first.lane.listener) AND c.lane = m.lane
            """
        )
    }

    /// Counts anew what holds keys of the lane back.
    static func recount(_ lane: Lane, in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.claim SET deviations = (
                SELECT count(*) FROM events.deviation
                WHERE listener = \(lane.listener) AND lane = \(lane.index) AND state <> 'skipped')
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }
}
