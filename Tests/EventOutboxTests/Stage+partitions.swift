import EventDelivery
import Foundation
import Logging
import Postgres

@testable import EventOutbox

extension Stage {
    /// Gives an outbox that has no events yet small partitions.
    func split(into size: Int, ahead: Int = 2) async throws {
        let partitions = try await database.read("SELECT parent || '_' || first AS leaf FROM events.partition")
        try await database.transaction(PartitionStore.options) { tx in
            for partition in partitions { try await tx.query("DROP TABLE events.\(raw: try partition["leaf"])") }
            tx.send("TRUNCATE events.partition")
            try await tx.query("SELECT events.extend(\(size), \(ahead))")
        }
    }

    /// The node's upkeep, with partitions of this size, and everything old enough to go at once.
    func upkeep(_ size: Int, _ change: (inout RetentionPolicy) -> Void = { _ in }) -> Upkeep {
        Upkeep(database, policy(size, change), tail: 0, logger: Self.quiet)
    }

    func policy(_ size: Int, _ change: (inout RetentionPolicy) -> Void = { _ in }) -> RetentionPolicy {
        var policy = RetentionPolicy()
        policy.partitionSize = size
        policy.ahead = 2
        policy.age = .zero
        change(&policy)
        return policy
    }

    static let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    /// Records pings of one subject, numbered on, in one transaction.
    func record(_ subject: String, _ numbers: ClosedRange<Int>) async throws {
        try await database.transaction { tx in
            for number in numbers { try outbox.recorder.record(Ping(subject: subject, number: number), in: tx) }
        }
    }

    func scalar<Value: PostgresDecodable>(_ statement: Statement) async throws -> Value {
        let rows = try await database.read(statement)
        return try rows[0]["value"]
    }

    /// The tables of a kind that there are, by their first number.
    func leaves(_ parent: String = "event") async throws -> [Int] {
        try await database.read(
            """
            SELECT substr(c.relname, length(\(parent)) + 2)::bigint AS first
            FROM pg_class c WHERE c.relnamespace = 'events'::regnamespace AND c.relkind = 'r'
              AND c.relname LIKE \(parent) || '\\_%' AND c.relname ~ '[0-9]$' ORDER BY 1
            """
        ).map { try $0["first"] }
    }

    /// Runs a statement under EXPLAIN (ANALYZE) in a transaction of its own, after others that set the scene.
    func explain(_ statement: Statement, after scene: Statement..., keep: Bool = false) async throws -> Plan {
        let rows = try await rolledBack(unless: keep) { tx in
            for statement in scene { tx.send(statement) }
            let text = "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) \(statement.sql)"
            return try await tx.query(Statement(stringLiteral: text)).map { try $0["QUERY PLAN"] as RawJSON }
        }
        return try Plan(json: rows[0].utf8)
    }

    private func rolledBack<Result: Sendable>(
        unless keep: Bool,
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        do {
            return try await database.transaction(PartitionStore.options) { tx in
                let result = try await body(tx)
                guard keep else { throw RolledBack(result: result) }
                return result
            }
        } catch let error as RolledBack<Result> {
            return error.result
        }
    }
}

private struct RolledBack<Result: Sendable>: Error {
    let result: Result
}

/// What a statement really did.
struct Plan {
    private let root: [String: Any]

    init(json: [UInt8]) throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(json)) as? [[String: Any]]
        root = parsed?.first?["Plan"] as? [String: Any] ?? [:]
    }

    /// Pages that were looked at.
    var buffers: Int {
        (root["Shared Hit Blocks"] as? Int ?? 0) + (root["Shared Read Blocks"] as? Int ?? 0)
    }

    /// The partitions that were looked at, of those that are called like this.
    func partitions(_ prefix: String, executed: Bool = true) -> Set<String> {
        Set(
            nodes(root).compactMap { node in
                guard let name = node["Relation Name"] as? String, name.hasPrefix(prefix) else { return nil }
                return !executed || (node["Actual Loops"] as? Int ?? 0) > 0 ? name : nil
            }
        )
    }

    /// Kinds of nodes that ran.
    var kinds: Set<String> {
        Set(nodes(root).filter { ($0["Actual Loops"] as? Int ?? 0) > 0 }.compactMap { $0["Node Type"] as? String })
    }

    private func nodes(_ node: [String: Any]) -> [[String: Any]] {
        [node] + (node["Plans"] as? [[String: Any]] ?? []).flatMap(nodes)
    }
}
