import EventDelivery
import Events
public import FoundationEssentials
import Identifiers
import Postgres

/// A replay before it is begun: what it would hand to the listener.
public struct ReplayPlan: Sendable, Encodable {
    /// The listener.
    public let listener: String
    /// The first position.
    public let first: Int
    /// The last position.
    public let last: Int
    /// How many events of each name it hears are in the range.
    public let events: [String: Int]
    /// All of them.
    public var total: Int { events.values.reduce(0, +) }
}

/// How far a replay has come.
public struct ReplayProgress: Sendable, Encodable {
    /// The replay, to take it up again.
    public let id: UUID
    /// The position it has come to.
    public let position: Int
    /// The position it goes to.
    public let last: Int
    /// How many events it has handed over.
    public let delivered: Int
    /// True at the end.
    public let isFinished: Bool
}

extension OutboxOperations {
    /// Counts what a replay would hand to a listener. Without an end it goes to the log's end.
    public func planReplay(of name: String, from first: Int, through last: Int?) async throws -> ReplayPlan {
        let listener = try listener(name)
        let hears = listener.hears?.map(\.rawValue)
        let rows = try await look { tx in
            try await tx.query(
                """
                SELECT l.name, count(*) AS count, h.head
                FROM (SELECT least(coalesce(\(last), max(position)), max(position)) AS head FROM events.tick) h
                LEFT JOIN events.log l ON l.position BETWEEN \(first) AND h.head
                 AND (\(hears)::text[] IS NULL OR l.name = ANY (\(hears)))
                GROUP BY l.name, h.head
                """
            )
        }
        let head: Int = try rows.first.map { try $0["head"] } ?? 0
        guard first >= 1, first <= head else { throw OutboxError.emptyRange("\(first)…\(last ?? head)") }
        try await look { tx in try await Self.requireKept(first...head, in: tx) }
        let counts: [(String, Int)] = try rows.compactMap { row in
            guard let name: String = try row["name"] else { return nil }
            return (name, try row["count"])
        }
        return ReplayPlan(listener: name, first: first, last: head, events: Dictionary(uniqueKeysWithValues: counts))
    }

    /// Writes a replay down, to be run with `runReplay`.
    public func beginReplay(_ plan: ReplayPlan, by operation: Operator) async throws -> UUID {
        let id = UUID.v7()
        try await database.transaction { tx in
            try await Self.keep(plan.first...plan.last, in: tx)
            tx.send(
                """
                INSERT INTO events.replay (id, listener, first, last, position, reason, requested_by)
                VALUES (\(id), \(plan.listener), \(plan.first), \(plan.last), \(plan.first - 1),
                        \(operation.reason), \(operation.name))
                """
            )
            Self.log("replay", "\(plan.listener) \(plan.first)…\(plan.last)", by: operation, in: tx)
        }
        return id
    }

    /// Runs a replay to its end, batch by batch, each with its own commit, so that it can be stopped at any time and
    /// taken up again. Live traffic goes on beside it. An event that fails stops it.
    public func runReplay(
        _ id: UUID,
        batch: Int = 200,
        report: @Sendable (ReplayProgress) -> Void
    ) async throws {
        while !Task.isCancelled {
            let progress = try await replayBatch(id, limit: batch)
            report(progress)
            if progress.isFinished { return }
        }
    }

    /// Hands the range to the listener and rolls everything back. Returns how many events went through; throws the
    /// first failure.
    public func rehearseReplay(_ plan: ReplayPlan) async throws -> Int {
        let listener = try listener(plan.listener)
        guard case .transactional(let routes) = listener.reactions else { return 0 }
        do {
            return try await database.transaction(Self.options) { tx in
                var position = plan.first - 1
                var delivered = 0
                while position < plan.last {
                    let events = try await Self.events(after: position, plan.last, listener, limit: 500, in: tx)
                    try await routes.deliver(events, in: tx)
                    delivered += events.count
                    position = events.last?.position ?? plan.last
                }
                try await tx.query("SET CONSTRAINTS ALL IMMEDIATE")
                throw Rehearsal(delivered: delivered)
            }
        } catch let rehearsal as Rehearsal {
            return rehearsal.delivered
        }
    }

    /// Ends a rehearsal: the transaction must not commit.
    private struct Rehearsal: Error {
        let delivered: Int
    }

    private func replayBatch(_ id: UUID, limit: Int) async throws -> ReplayProgress {
        try await database.transaction(Self.options) { tx in
            let rows = try await tx.query(
                """
                SELECT listener, last, position, delivered FROM events.replay WHERE id = \(id) FOR UPDATE
                """
            )
            guard let row = rows.first else { throw OutboxError.unknownEvent("replay \(id)") }
            let listener = try listener(try row["listener"])
            let (last, position, before): (Int, Int, Int) = (try row["last"], try row["position"], try row["delivered"])
            let events = try await Self.events(after: position, last, listener, limit: limit, in: tx)
            if case .transactional(let routes) = listener.reactions {
                try await routes.deliver(events, in: tx)
            }
            let reached = events.count < limit ? last : events.last?.position ?? last
            tx.send(
                """
                UPDATE events.replay SET position = \(reached), delivered = delivered + \(events.count),
                       finished_at = CASE WHEN \(reached) >= last THEN now() END
                WHERE id = \(id)
                """
            )
            return ReplayProgress(
                id: id,
                position: reached,
                last: last,
                delivered: before + events.count,
                isFinished: reached >= last
            )
        }
    }

    private static func events(
        after position: Int,
        _ last: Int,
        _ listener: Listener,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> [EventEnvelope] {
        let everything = Lane(listener: listener.name, index: 0, count: 1)
        return try await LaneStore.events(
            after: position,
            through: last,
            everything,
            hears: listener.hears,
            limit: limit,
            in: tx
        )
    }

    private static var options: TransactionOptions {
        var options = TransactionOptions()
        options.statementTimeout = .seconds(60)
        return options
    }
}
