import HTTPTypes
import Web

extension ProblemCode {
    /// The gateway took no money; the error's code says why.
    static let paymentRefused = ProblemCode(
        "PAYMENT_REFUSED",
        HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"),
        "Payment refused"
    )
}

extension PaymentError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .unusable(let order, let faults): .validation(faults.map { $0.fieldError(in: order) })
        case .keySpent(let payment): Self.spent(payment)
        case .refused(let payment, let reason): Self.refusal(payment, reason)
        case .noSuchPayment: .notFound("payment")
        case .malformedCursor:
            .validation([.parameter("cursor", .format, "Send nextCursor of the previous page as it is")])
        }
    }

    private static func spent(_ payment: PaymentID) -> Problem {
        Problem(
            .idempotencyKeyReused,
            "The key was used for a payment before; read it at Location, and use a new key for a new payment",
            headers: [.location: "/v1/payments/\(payment)"]
        )
    }

    private static func refusal(_ payment: PaymentID, _ reason: RefusalReason) -> Problem {
        var problem = Problem(
            .paymentRefused,
            reason.advice,
            errors: [.member("paymentMethod", FieldError.Code(stringLiteral: reason.rawValue), reason.advice)]
        )
        problem.headers[.location] = "/v1/payments/\(payment)"
        return problem
    }
}

extension PaymentError.Fault {
    fileprivate func fieldError(in order: PaymentOrder) -> FieldError {
        switch self {
        case .planNotForSale:
            .member("plan", .enumeration, "\(order.plan) cannot be bought; see /v1/plans for what can")
        case .unknownPaymentMethod:
            .member("paymentMethod", .enumeration, "The gateway knows no such payment method; send one it gave you")
        }
    }
}
