import EventDelivery
import EventOutbox
import Events
import Identifiers
import Logging
import Postgres
import Subscriptions
import TestSupport

/// The module on a migrated database of its own.
struct Stage: Sendable {
    let database: Database
    let outbox: Outbox
    let module: SubscriptionsModule

    static func run(_ body: (Stage) async throws -> Void) async throws {
        try await withMigratedDatabase { database in
            let outbox = Outbox(database)
            let module = SubscriptionsModule(database: database, events: outbox.recorder)
            try await body(Stage(database: database, outbox: outbox, module: module))
        }
    }

    func activate(_ plan: String, _ period: String, for user: UserID) async throws {
        try await database.transaction { tx in
            try await module.activate(plan: plan, period: period, for: user, in: tx)
        }
    }

    func announce(_ events: any DomainEvent...) async throws {
        try await database.transaction { tx in
            for event in events { try outbox.recorder.record(event, in: tx) }
        }
    }

    func deliver() async throws {
        _ = try await OutboxDelivery(outbox, listeners: module.listeners, logger: Logger(label: "tests")).drain()
    }

    /// The names of the recorded events, in order.
    func events() async throws -> [String] {
        try await database.read("SELECT name FROM events.event ORDER BY seq").map { try $0["name"] }
    }

    /// `plan period days` of an account, the days from now rounded.
    func stored(_ user: UserID) async throws -> [String] {
        try await database.read(
            """
            SELECT concat_ws(' ', plan, period, round(extract(epoch FROM ends_at - now()) / 86400)::text) AS row
            FROM subscriptions.subscription WHERE user_id = \(user)
            """
        ).map { try $0["row"] }
    }
}
