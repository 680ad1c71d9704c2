import EventOutbox
import FoundationEssentials
import HTTPTypes
import Identifiers
import Payments
import Postgres
import StrictJSON
import TestSupport
import Web

/// The module on a migrated database of its own, with a desk that sells `starter` and writes down what it activates.
struct Stage: Sendable {
    let database: Database
    let module: PaymentsModule
    let call: TestAPI

    static func run(
        gateway: PaymentGateway = .sandbox,
        activating: @escaping @Sendable () async throws -> Void = {},
        _ body: @escaping @Sendable (Stage) async throws -> Void
    ) async throws {
        try await withMigratedDatabase { database in
            try await database.transaction { tx in
                try await tx.query("CREATE TABLE activation (user_id uuid, plan text, period text)")
            }
            let module = PaymentsModule(
                database: database,
                events: Outbox(database).recorder,
                desk: desk(activating),
                gateway: gateway
            )
            try await TestAPI.serving([module.endpoints]) { call in
                try await body(Stage(database: database, module: module, call: call))
            }
        }
    }

    private static func desk(_ activating: @escaping @Sendable () async throws -> Void) -> SubscriptionDesk {
        SubscriptionDesk(
            quote: { plan, period in plan == "starter" ? (period == "yearly" ? 4799 : 499, "USD") : nil },
            activate: { plan, period, user, tx in
                try await tx.execute("INSERT INTO activation VALUES (\(user), \(plan), \(period))")
                try await activating()
            }
        )
    }

    /// Asks to pay.
    func pay(
        _ plan: String = "starter",
        _ period: String = "monthly",
        with method: String = "pm_card_visa",
        as user: UserID,
        key: String?
    ) async throws -> TestAnswer {
        let body = #"{"plan": "\#(plan)", "period": "\#(period)", "paymentMethod": "\#(method)"}"#
        let headers = key.map { ["Idempotency-Key": $0] } ?? [:]
        return try await call("POST", "/v1/payments", as: user, headers: headers, json: body)
    }

    /// How many rows every table has that a payment writes to.
    func traces() async throws -> [String: Int] {
        let rows = try await database.read(
            """
            SELECT 'payments' AS what, count(*) AS count FROM payments.payment
            UNION ALL SELECT 'steps', count(*) FROM payments.payment_status
            UNION ALL SELECT 'entries', count(*) FROM payments.sandbox_entry
            UNION ALL SELECT 'activations', count(*) FROM activation
            UNION ALL SELECT substr(name, 10), count(*) FROM events.event GROUP BY name
            """
        )
        let counts: [(String, Int)] = try rows.map { (try $0["what"], try $0["count"]) }
        return Dictionary(uniqueKeysWithValues: counts).filter { $0.value > 0 }
    }
}
