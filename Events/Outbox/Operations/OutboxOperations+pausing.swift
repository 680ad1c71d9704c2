import EventDelivery
public import FoundationEssentials
import Postgres

/// Whether a listener is paused, and by whom.
public struct ListenerPause: Sendable, Codable, Equatable {
    /// The listener.
    public let listener: String
    /// Who paused it; nil when it runs.
    public let pausedBy: String?
    /// Since when.
    public let since: Date?
    /// Why.
    public let reason: String?
    /// How many of its events are held back.
    public let heldBack: Int
}

extension OutboxOperations {
    /// Stops a listener on every node, after the transactions at hand. Its events wait in the log, in order.
    @discardableResult
    public func pause(
        _ listener: String,
        by operation: Operator,
        isRehearsal: Bool = false
    ) async throws -> ListenerPause {
        try await change(isRehearsal: isRehearsal) { tx in
            let before = try await pauseState(of: listener, in: tx)
            if let person = before.pausedBy {
                let since = before.since.map { " since \($0.ISO8601Format())" } ?? ""
                throw OutboxRefusal("\(listener) is paused already, by \(person)\(since): \(before.reason ?? "")")
            }
            try await tx.execute(
                """
                UPDATE events.listener
                SET paused_at = now(), paused_by = \(operation.name), pause_reason = \(operation.reason)
                WHERE name = \(listener)
                """
            )
            Self.log("pause", listener, by: operation, in: tx)
            return try await pauseState(of: listener, in: tx)
        }
    }

    /// Lets a paused listener go on where it stood, on every node, within a moment. One that its limit has paused is
    /// paused again when as many more events are held back.
    @discardableResult
    public func resume(
        _ listener: String,
        by operation: Operator,
        isRehearsal: Bool = false
    ) async throws -> ListenerPause {
        try await change(isRehearsal: isRehearsal) { tx in
            let before = try await pauseState(of: listener, in: tx)
            guard before.pausedBy != nil else { throw OutboxRefusal("\(listener) is not paused") }
            try await tx.execute(
                """
                UPDATE events.listener
                SET paused_at = NULL, paused_by = NULL, pause_reason = NULL, held_at_resume = \(before.heldBack)
                WHERE name = \(listener)
                """
            )
            try Self.log("resume", listener, by: operation, details: before, in: tx)
            return try await pauseState(of: listener, in: tx)
        }
    }

    private func pauseState(of listener: String, in tx: borrowing Transaction) async throws -> ListenerPause {
        let rows = try await tx.query(
            """
            SELECT paused_at, coalesce(paused_by, CASE WHEN paused_at IS NOT NULL THEN 'unknown' END) AS paused_by,
                   pause_reason, (SELECT coalesce(sum(deviations), 0)::bigint FROM events.cursor
                                  WHERE listener = l.name) AS held
            FROM events.listener l WHERE name = \(listener) FOR UPDATE OF l
            """
        )
        guard let row = rows.first else { throw try await unknownListener(listener, in: tx) }
        return ListenerPause(
            listener: listener,
            pausedBy: try row["paused_by"],
            since: try row["paused_at"],
            reason: try row["pause_reason"],
            heldBack: try row["held"]
        )
    }

    /// A volatile listener keeps nothing that could be steered.
    private func unknownListener(_ name: String, in tx: borrowing Transaction) async throws -> any Error {
        if listeners.contains(where: { $0.name == name && $0.effect == .volatile }) {
            return OutboxRefusal("\(name) is volatile: it runs on every node as events come, and cannot be paused")
        }
        let rows = try await tx.query("SELECT name FROM events.listener ORDER BY name")
        return OutboxError.unknownListener(name, known: try rows.map { try $0["name"] })
    }
}
