import Postgres
import Web

/// What a client wants to pay for, and with what. It names no amount: that is always ours to say.
struct PaymentOrder: RequestBody, Hashable {
    let plan: String
    let period: BillingPeriod
    let paymentMethod: String

    static let schema = Schema.object(
        "NewPayment",
        "What to pay for, and with what; the price is the plan's",
        [
            .required("plan", .string(min: 1, max: 32).example("pro"), "The plan, by slug; see /v1/plans"),
            .required("period", .enumeration(BillingPeriod.self), "What is paid for: 7, 30 or 365 days"),
            .required(
                "paymentMethod",
                .string(min: 1, max: 255).example("pm_card_visa"),
                "The payment method's identifier at the gateway"
            ),
        ]
    )
}

extension PaymentOrder {
    init(_ row: Row) throws {
        plan = try row["plan"]
        period = try row["period"]
        paymentMethod = try row["payment_method"]
    }
}

/// For how long a plan is paid.
enum BillingPeriod: String, Sendable, CaseIterable, Codable, PostgresCodable {
    case weekly, monthly, yearly
}
