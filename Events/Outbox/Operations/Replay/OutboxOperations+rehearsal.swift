import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// What a replay would have done, had it not been rolled back.
public struct ReplayRehearsal: Sendable, Encodable {
    /// How many events went through.
    public let delivered: Int
    /// True when the replay has more events than were tried.
    public let isPartial: Bool
    /// What changed in which table.
    public let tables: [TableChange]
    /// How many events of each name the listener would announce.
    public let announced: [String: Int]
    /// How long it took.
    public let seconds: Double
}

/// How many rows of one table changed.
public struct TableChange: Sendable, Encodable, Hashable {
    /// The table with its schema.
    public let table: String
    /// Rows that were added.
    public let inserted: Int
    /// Rows that were changed.
    public let updated: Int
    /// Rows that were removed.
    public let deleted: Int
}

extension OutboxOperations {
    /// Hands the first events of a replay to the listener, counts what changes, and rolls everything back.
    ///
    /// Throws the first failure. The rows that it changes stay locked until it ends, so it tries a limited number, and
    /// gives way rather than wait long for a lock. Numbers drawn from sequences are not given back.
    public func rehearseReplay(_ plan: ReplayPlan, atMost limit: Int = 5_000) async throws -> ReplayRehearsal {
        let selection = ReplayStore.Selection(try projection(plan.listener), names: plan.names, keys: plan.keys)
        let options = TransactionOptions(statementTimeout: .seconds(60), lockTimeout: .seconds(2), attempts: 1)
        do {
            return try await database.transaction(options) { tx in
                let before = try await TableChange.all(in: tx)
                let start = ContinuousClock.now
                var (position, delivered) = (plan.first - 1, 0)
                while position < plan.last, delivered < limit {
                    let events = try await ReplayStore.events(
                        selection,
                        after: position,
                        through: plan.last,
                        limit: min(500, limit - delivered),
                        in: tx
                    )
                    try await deliver(events, to: plan.listener, in: tx)
                    delivered += events.count
                    position = events.last?.position ?? plan.last
                }
                let announced = RecordedEvents.of(tx).envelopes
                for statement in OutboxWriter.insert(announced) { try await tx.query(statement) }
                try await tx.query("SET CONSTRAINTS ALL IMMEDIATE")
                throw Rehearsal(
                    result: ReplayRehearsal(
                        delivered: delivered,
                        isPartial: delivered < plan.total,
                        tables: try await TableChange.all(in: tx).since(before),
                        announced: Dictionary(grouping: announced, by: \.name.rawValue).mapValues(\.count),
                        seconds: (ContinuousClock.now - start) / .seconds(1)
                    )
                )
            }
        } catch let rehearsal as Rehearsal {
            return rehearsal.result
        }
    }

    /// Ends a rehearsal: the transaction must not commit.
    private struct Rehearsal: Error {
        let result: ReplayRehearsal
    }
}

extension TableChange {
    /// What this connection has changed and not yet reported to the statistics, its transaction included.
    static func all(in tx: borrowing Transaction) async throws -> [TableChange] {
        try await tx.query(
            """
            SELECT schemaname || '.' || relname AS "table", n_tup_ins, n_tup_upd, n_tup_del
            FROM pg_stat_xact_user_tables
            WHERE n_tup_ins + n_tup_upd + n_tup_del > 0 AND NOT (schemaname = 'events' AND relname LIKE 'event\\_%')
              AND schemaname NOT LIKE 'pg_temp%'
            ORDER BY 1
            """
        ).map {
            TableChange(
                table: try $0["table"],
                inserted: try $0["n_tup_ins"],
                updated: try $0["n_tup_upd"],
                deleted: try $0["n_tup_del"]
            )
        }
    }
}

extension [TableChange] {
    /// What has come since.
    func since(_ before: [TableChange]) -> [TableChange] {
        compactMap { now in
            guard let old = before.first(where: { $0.table == now.table }) else { return now }
            let change = TableChange(
                table: now.table,
                inserted: now.inserted - old.inserted,
                updated: now.updated - old.updated,
                deleted: now.deleted - old.deleted
            )
            return change.inserted + change.updated + change.deleted > 0 ? change : nil
        }
    }
}
