import FoundationEssentials
import Web

/// A payment as its payer sees it.
struct PaymentBody: ResponseBody {
    let id: PaymentID
    let plan: String
    let period: BillingPeriod
    let paymentMethod: String
    let amount: Int
    let currency: String
    let status: PaymentStatus
    let refusal: RefusalReason?
    let createdAt: Date

    init(_ payment: Payment) {
        id = payment.id
        plan = payment.order.plan
        period = payment.order.period
        paymentMethod = payment.order.paymentMethod
        amount = payment.amount
        currency = payment.currency
        status = payment.status
        refusal = payment.refusal
        createdAt = payment.createdAt
    }

    static let schema = Schema.object(
        "Payment",
        "A payment as its payer sees it",
        [
            .required("id", .id, "Names the payment"),
            .required("plan", .string().example("pro"), "What was paid for, by slug"),
            .required("period", .enumeration(BillingPeriod.self), "For how long: 7, 30 or 365 days"),
            .required("paymentMethod", .string().example("pm_card_visa"), "What it was paid with"),
            .required("amount", .integer(min: 1).example(299), "In the currency's minor unit, such as cents"),
            .required("currency", .string().example("USD"), "ISO 4217"),
            .required("status", .enumeration(PaymentStatus.self), "What became of it"),
            .optional("refusal", .enumeration(RefusalReason.self), "Why no money was taken, when it failed"),
            .required("createdAt", .dateTime, "When it was asked for"),
        ]
    )
}

/// A payment with the way it came.
struct PaymentDetailBody: ResponseBody {
    let payment: PaymentBody
    let statusLog: [PaymentStep]

    func encode(to encoder: any Encoder) throws {
        try payment.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(statusLog, forKey: .statusLog)
    }

    private enum CodingKeys: CodingKey {
        case statusLog
    }

    private static let step = Schema.object(
        "PaymentStep",
        "One step of a payment",
        [
            .required("status", .enumeration(PaymentStatus.self), "What became of the payment"),
            .required("at", .dateTime, "When"),
        ]
    )

    static let schema = Schema.object(
        "PaymentDetail",
        "A payment with the way it came",
        extending: [PaymentBody.schema],
        [.required("statusLog", .array(step), "The last 20 steps, the last one first")]
    )
}
