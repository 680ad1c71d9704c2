import EventDelivery
import FoundationEssentials
import Postgres

/// What came of trying dead letters again.
public struct DeadLetterRetry: Sendable, Codable, Equatable {
    /// How many are tried again.
    public let count: Int
    /// In how many seconds the last of them is due.
    public let lastDueInSeconds: Double
}

/// What came of discarding dead letters.
public struct DeadLetterDiscard: Sendable, Codable, Equatable {
    /// How many are skipped.
    public let count: Int
    /// How many keys go on.
    public let released: Int
}

extension OutboxOperations {
    /// Has dead letters tried again, with all their attempts, oldest first; at most so many a second, or all at once.
    /// The events behind them follow in order.
    public func retry(
        _ filter: DeadLetterFilter,
        perSecond rate: Double? = nil,
        by operation: Operator,
        isRehearsal: Bool = false
    ) async throws -> DeadLetterRetry {
        if let rate, rate <= 0 { throw OutboxRefusal("a rate of nothing would never end") }
        return try await change(isRehearsal: isRehearsal) { tx in
            let matches = try await Self.matching(filter, in: tx)
            guard !matches.isEmpty else {
                throw OutboxRefusal("no delivery is as described, so nothing is tried again")
            }
            let delays = matches.indices.map { index in rate.map { Double(index) / $0 } ?? 0 }
            let count = try await tx.execute(
                """
                UPDATE events.deviation d
                SET state = 'retrying', attempts = 0, crashes = 0, claimed_by = NULL,
                    next_attempt_at = now() + make_interval(secs => m.delay)
                FROM unnest(\(matches.map(\.listener)), \(matches.map(\.position)), \(delays))
                     AS m (listener, position, delay)
                WHERE d.listener = m.listener AND d.position = m.position AND d.state IN ('dead', 'retrying')
                """
            )
            let result = DeadLetterRetry(count: count, lastDueInSeconds: delays.last ?? 0)
            try Self.log("dead retry", filter.subject, by: operation, details: result, in: tx)
            return result
        }
    }

    /// Skips deliveries for good, and lets the later events of their keys go on. The event stays in the log, and the
    /// delivery's row says who decided and why.
    public func discard(
        _ filter: DeadLetterFilter,
        by operation: Operator,
        isRehearsal: Bool = false
    ) async throws -> DeadLetterDiscard {
        try await change(isRehearsal: isRehearsal) { tx in
            let listeners = Array(Set(try await Self.matching(filter, in: tx).map(\.listener)))
            try await Self.lockLanes(of: listeners, in: tx)
            let matches = try await Self.matching(filter, in: tx)
            guard !matches.isEmpty else { throw OutboxRefusal("no delivery is as described, so nothing is discarded") }
            let count = try await Self.skip(matches, by: operation, in: tx)
            let released = try await Self.release(matches, in: tx)
            tx.send(
                """
                UPDATE events.cursor c SET deviations = (
                    SELECT count(*) FROM events.deviation d
                    WHERE d.listener = c.listener AND d.lane = c.lane AND d.state <> 'skipped')
                WHERE c.listener = ANY (\(listeners))
                """
            )
            let result = DeadLetterDiscard(count: count, released: released)
            try Self.log("dead discard", filter.subject, by: operation, details: result, in: tx)
            return result
        }
    }

    private static func skip(
        _ matches: [Address],
        by operation: Operator,
        in tx: borrowing Transaction
    ) async throws -> Int {
        try await tx.execute(
            """
            UPDATE events.deviation d
            SET state = 'skipped', next_attempt_at = NULL, claimed_by = NULL, decided_by = \(operation.name),
                decision = \(operation.reason)
            FROM unnest(\(matches.map(\.listener)), \(matches.map(\.position))) AS m (listener, position)
            WHERE d.listener = m.listener AND d.position = m.position
            """
        )
    }

    /// Makes the first of what waits in each of these keys the next to be tried, and returns how many there are.
    private static func release(_ matches: [Address], in tx: borrowing Transaction) async throws -> Int {
        try await tx.execute(
            """
            WITH first AS (
                SELECT DISTINCT ON (d.listener, d.key) d.listener, d.position, d.state
                FROM events.deviation d
                JOIN (SELECT DISTINCT * FROM unnest(\(matches.map(\.listener)), \(matches.map(\.key))))
                     AS m (listener, key) USING (listener, key)
                WHERE d.state <> 'skipped' ORDER BY d.listener, d.key, d.position
            )
            UPDATE events.deviation d SET state = 'retrying', next_attempt_at = now()
            FROM first
            WHERE d.listener = first.listener AND d.position = first.position AND first.state = 'parked'
            """
        )
    }
}

extension DeadLetterFilter {
    /// What was meant, for the log of operations.
    var subject: String {
        let words: [(String, String?)] = [
            ("listener", listener), ("event", event), ("name", name), ("key", key), ("cause", cause),
            ("older than", olderThan.map { "\($0)" }), ("newer than", newerThan.map { "\($0)" }),
            ("state", states == [.dead] ? nil : states.map(\.rawValue).sorted().joined(separator: ",")),
        ]
        let said = words.compactMap { word, value in value.map { "\(word) \($0)" } }
        return said.isEmpty ? "all" : said.joined(separator: ", ")
    }
}
