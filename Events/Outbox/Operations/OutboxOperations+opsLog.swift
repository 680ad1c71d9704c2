public import FoundationEssentials
import Postgres

/// Which operations are asked for.
public struct OpsLogFilter: Sendable {
    /// Only what was done at or after this moment.
    public var since: Date?
    /// Only what this operator did.
    public var `operator`: String?
    /// Only this verb, such as `replay`.
    public var verb: String?
    /// How many, the newest ones.
    public var limit: Int

    /// A filter.
    public init(since: Date? = nil, operator: String? = nil, verb: String? = nil, limit: Int = 50) {
        self.since = since
        self.operator = `operator`
        self.verb = verb
        self.limit = limit
    }
}

/// What one operator did, and why.
public struct OpsLogEntry: Sendable, Encodable {
    /// Its number in the log of operations.
    public let id: Int
    /// When it was done.
    public let at: Date
    /// Who did it.
    public let `operator`: String
    /// What was done, such as `replay`.
    public let verb: String
    /// What it was done to.
    public let subject: String
    /// Why.
    public let reason: String
}

extension OutboxOperations {
    /// What operators did, oldest first.
    public func opsLog(_ filter: OpsLogFilter = OpsLogFilter()) async throws -> [OpsLogEntry] {
        try await look { tx in
            try await tx.query(
                """
                SELECT id, at, operator, verb, subject, reason FROM events.ops_log
                WHERE (\(filter.since)::timestamptz IS NULL OR at >= \(filter.since))
                  AND (\(filter.operator)::text IS NULL OR operator = \(filter.operator))
                  AND (\(filter.verb)::text IS NULL OR verb = \(filter.verb))
                ORDER BY id DESC LIMIT \(filter.limit)
                """
            ).reversed().map {
                OpsLogEntry(
                    id: try $0["id"],
                    at: try $0["at"],
                    operator: try $0["operator"],
                    verb: try $0["verb"],
                    subject: try $0["subject"],
                    reason: try $0["reason"]
                )
            }
        }
    }
}
