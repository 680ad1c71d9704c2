import HTTPTypes
import Web

extension ProblemCode {
    /// The gateway took no money; the error's code says why.
    static let paymentRefused = ProblemCode(
        "PAYMENT_REFUSED",
        HTTPResponse.Status(code: 402, reasonPhrase: "Payment Required"),
        "Payment refused"
    )
    /// The first request with this key is not done yet.
    static let idempotencyKeyInUse = ProblemCode(
        "IDEMPOTENCY_KEY_IN_USE",
        .conflict,
        "A request with this key is at work"
    )
    /// The key belongs to another body.
    static let idempotencyKeyReused = ProblemCode(
        "IDEMPOTENCY_KEY_REUSED",
        .unprocessableContent,
        "Key was used for another request"
    )
}

extension PaymentError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .unusable(let order, let faults): .validation(faults.map { $0.fieldError(in: order) })
        case .malformedKey: Self.malformedKeyProblem
        case .stillRunning:
            Problem(.idempotencyKeyInUse, "Send the same request again to learn what came of it", retryAfter: 1)
        case .keyReused:
            Problem(
                .idempotencyKeyReused,
                "Use a new key for a new payment, or send the body that the key was used with"
            )
        case .refused(let payment, let reason, let isReplayed): Self.refusal(payment, reason, isReplayed)
        case .noSuchPayment: .notFound("payment")
        case .malformedCursor:
            .validation([.parameter("cursor", .format, "Send nextCursor of the previous page as it is")])
        }
    }

    private static var malformedKeyProblem: Problem {
        let advice = "Send 1 to 255 visible ASCII characters without spaces, bare or as a quoted string"
        return Problem(.malformedRequest, advice, errors: [.header(IdempotencyKey.field.rawName, .format, advice)])
    }

    private static func refusal(_ payment: PaymentID, _ reason: RefusalReason, _ isReplayed: Bool) -> Problem {
        var problem = Problem(
            .paymentRefused,
            reason.advice,
            errors: [.member("paymentMethod", FieldError.Code(stringLiteral: reason.rawValue), reason.advice)]
        )
        problem.headers[.location] = "/v1/payments/\(payment)"
        if isReplayed { problem.headers[IdempotencyKey.replayed] = "true" }
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
