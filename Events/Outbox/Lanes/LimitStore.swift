import EventDelivery
import Postgres

/// The SQL of a listener's limit on what is held back.
enum LimitStore {
    /// Who pauses a listener that has reached its limit.
    static let name = "storytime"

    /// How many events of a listener are held back.
    static func held(by listener: Listener, in tx: borrowing Transaction) async throws -> Int {
        let rows = try await tx.query(
            "SELECT sum(deviations)::bigint AS held FROM events.cursor WHERE listener = \(listener.name)"
        )
        return try rows.first.flatMap { try $0["held"] as Int? } ?? 0
    }

    /// Pauses a listener that has reached its limit, and says so in the log of operations. What was held back at the last
    /// resumption counts less as it drains.
    static func pauseIfFull(_ listener: Listener, in tx: borrowing Transaction) {
        let limit = listener.limit.pausesAt
        tx.send(
            """
            WITH total AS MATERIALIZED (
                SELECT sum(deviations)::bigint AS held FROM events.cursor WHERE listener = \(listener.name)
            ), paused AS (
                UPDATE events.listener l
                SET held_at_resume = least(l.held_at_resume, total.held),
                    paused_at = CASE WHEN total.held >= least(l.held_at_resume, total.held) + \(limit) THEN now() END,
                    paused_by = CASE WHEN total.held >= least(l.held_at_resume, total.held) + \(limit) THEN \(name) END,
                    pause_reason = CASE WHEN total.held >= least(l.held_at_resume, total.held) + \(limit)
                        THEN format('%s events are held back and the limit is %s; see storytime outbox dead list',
                                    total.held, \(limit)) END
                FROM total
                WHERE l.name = \(listener.name) AND l.paused_at IS NULL
                  AND (total.held >= l.held_at_resume + \(limit) OR total.held < l.held_at_resume)
                RETURNING l.name, l.pause_reason
            )
            INSERT INTO events.ops_log (operator, verb, subject, reason)
            SELECT \(name), 'pause', name, pause_reason FROM paused WHERE pause_reason IS NOT NULL
            """
        )
    }
}
