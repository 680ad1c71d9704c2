import HTTPTypes
import Identifiers
import Web

/// Payments over HTTP.
struct PaymentRoutes: Sendable {
    let payments: PaymentRepository
    let service: PaymentService

    var group: EndpointGroup {
        EndpointGroup("Payments", "Paying for plans, and what came of it.", [create, list, read])
    }

    private static let key = Parameter.idempotencyKey(
        "Names this payment, so that sending it again does not pay again",
        required: true
    )

    private var create: Endpoint {
        Endpoint(
            .post,
            "/v1/payments",
            "createPayment",
            "Pay for a plan",
            access: .parent,
            headers: [Self.key],
            accepts: PaymentOrder.self,
            returns: .created(PaymentBody.self),
            fails: [.paymentRefused, .idempotencyKeyInUse, .idempotencyKeyReused]
        ) { request, order in
            let key = try IdempotencyKey(request.headers[.idempotencyKey] ?? "")
            let answer = try await service.pay(order, as: request.identity.user, under: key)
            let reply: Reply<PaymentBody> = .created(
                PaymentBody(answer.payment),
                location: "/v1/payments/\(answer.payment.id)"
            )
            return answer.isReplayed ? reply.with(.idempotentReplayed, "true") : reply
        }
        .limited(to: .payments)
    }

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/payments",
            "listPayments",
            "List the account's payments, the last one first",
            access: .parent,
            query: .paging,
            returns: .ok(Page<PaymentBody>.self)
        ) { request in
            let paging = try request.paging
            let last = try paging.cursor.map { try PaymentCursor($0).last }
            let found = try await payments.payments(of: request.identity.user, before: last, limit: paging.limit + 1)
            let page = found.prefix(paging.limit)
            let next = found.count > page.count ? page.last.map { PaymentCursor($0.id).text } : nil
            return .ok(Page(page.map { PaymentBody($0) }, nextCursor: next).sealed(by: paging))
        }
    }

    private var read: Endpoint {
        Endpoint(
            .get,
            "/v1/payments/{payment}",
            "readPayment",
            "Read a payment with what became of it",
            access: .parent,
            returns: .ok(PaymentDetailBody.self)
        ) { request in
            guard let found = try await payments.payment(request.id("payment"), of: request.identity.user) else {
                throw PaymentError.noSuchPayment
            }
            return .ok(PaymentDetailBody(payment: PaymentBody(found.payment), statusLog: found.steps))
        }
    }
}
