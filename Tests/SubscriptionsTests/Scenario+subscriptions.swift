import EventTesting
import Identifiers
import Postgres
import Subscriptions

extension Scenario<SubscriptionsModule> {
    static func run(_ body: (Scenario) async throws -> Void) async throws {
        try await run({ SubscriptionsModule(database: $0.database, events: $0.events) }, body)
    }

    func activate(_ plan: String, _ period: String, for user: UserID) async throws {
        try await database.transaction { tx in
            try await module.activate(plan: plan, period: period, for: user, in: tx)
        }
    }

    /// `plan period days` of an account, the days from now rounded.
    func stored(_ user: UserID) async throws -> [String] {
        try await rows(
            """
            SELECT plan, period, round(extract(epoch FROM ends_at - now()) / 86400) AS days
            FROM subscriptions.subscription WHERE user_id = \(user)
            """
        )
    }
}
