import FoundationEssentials
import Identifiers
import Postgres

/// Names a payment.
typealias PaymentID = Identifier<Payment>

/// One attempt to pay, whatever came of it.
struct Payment: Sendable, Hashable {
    let id: PaymentID
    let order: PaymentOrder
    let amount: Int
    let currency: String
    let status: PaymentStatus
    let refusal: RefusalReason?
    let createdAt: Date

    /// What the gateway's answer makes of an order.
    init(_ id: PaymentID, _ order: PaymentOrder, _ price: Price, _ outcome: PaymentGateway.Outcome, at now: Date) {
        self.id = id
        self.order = order
        amount = price.amount
        currency = price.currency
        createdAt = now
        switch outcome {
        case .approved: (status, refusal) = (.completed, nil)
        case .disputed: (status, refusal) = (.disputed, nil)
        case .refused(let reason): (status, refusal) = (.failed, reason)
        }
    }

    init(_ row: Row) throws {
        id = try row["id"]
        order = try PaymentOrder(row)
        amount = try row["amount"]
        currency = try row["currency"]
        status = try row["status"]
        refusal = try row["refusal"]
        createdAt = try row["created_at"]
    }

    /// What the payment went through to get where it begins.
    var firstSteps: [PaymentStatus] { status == .disputed ? [.completed, .disputed] : [status] }
}

/// What became of a payment.
enum PaymentStatus: String, Sendable, CaseIterable, Codable, PostgresCodable {
    case completed, disputed, failed
}

/// What something costs: minor units of a currency (ISO 4217).
struct Price: Sendable, Hashable {
    let amount: Int
    let currency: String
}
