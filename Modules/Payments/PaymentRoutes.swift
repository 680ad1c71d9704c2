import HTTPTypes
import Idempotency
import Identifiers
import Web

/// Payments over HTTP.
struct PaymentRoutes: Sendable {
    let payments: PaymentRepository
    let service: PaymentService
    let keys: IdempotencyKeys

    var group: EndpointGroup {
        EndpointGroup("Payments", "Paying for plans, and what came of it.", [create, list, read])
    }

    private var create: Endpoint {
        Endpoint(
            .post,
            "/v1/payments",
            "createPayment",
            "Pay for a plan",
            access: .parent,
            accepts: PaymentOrder.self,
            returns: .created(PaymentBody.self),
            fails: [.paymentRefused]
        ) { request, order in
            let key = try IdempotencyKey(request.headers[.idempotencyKey] ?? "")
            let once = try keys.once(request) { try Self.reply($0) }
            return try Self.reply(await service.pay(order, as: request.identity.user, under: key, once: once))
        }
        .idempotent(by: keys, required: true)
        .limited(to: .payments)
    }

    /// - Throws: ``PaymentError/refused(_:_:)`` for a payment that is stored as such.
    private static func reply(_ payment: Payment) throws -> Reply<PaymentBody> {
        if let reason = payment.refusal { throw PaymentError.refused(payment.id, reason) }
        return .created(PaymentBody(payment), location: "/v1/payments/\(payment.id)")
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
