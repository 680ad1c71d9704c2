import EventDelivery
import FoundationEssentials
import Idempotency
import Identifiers
import PaymentEvents
import Postgres
import Web

/// Takes payments.
///
/// The key's claim, the charge, the activation of what was paid for, the payment, its event and the stored answer are one
/// transaction: all of it happens or nothing does, wherever the process dies.
struct PaymentService: Sendable {
    let database: Database
    let payments: PaymentRepository
    let gateway: PaymentGateway
    let desk: SubscriptionDesk
    let events: EventRecorder

    /// Pays for an order once, however often it is asked with the same key.
    func pay(
        _ order: PaymentOrder,
        as user: UserID,
        under key: IdempotencyKey,
        once: Once<Payment>
    ) async throws -> Payment {
        let id = PaymentID.new()
        let price = try await desk.quote(order.plan, order.period.rawValue).map {
            Price(amount: $0.amount, currency: $0.currency)
        }
        do {
            return try await once.transaction { tx in
                let price = try usable(order, at: price)
                let charge = PaymentGateway.Charge(
                    payment: id.rawValue,
                    user: user,
                    paymentMethod: order.paymentMethod,
                    amount: price.amount,
                    currency: price.currency
                )
                let now = try await payments.now(in: tx)
                let payment = Payment(id, order, price, try await gateway.charge(charge, tx), at: now)
                try await settle(payment, of: user, under: key, in: tx)
                return payment
            }
        } catch let error as DatabaseError where error.constraint == PaymentRepository.keyConstraint {
            guard let earlier = try await payments.payment(under: key, of: user) else { throw error }
            throw PaymentError.keySpent(earlier)
        }
    }

    private func usable(_ order: PaymentOrder, at price: Price?) throws(PaymentError) -> Price {
        let isKnown = gateway.recognizes(order.paymentMethod)
        guard let price, isKnown else {
            let faults: [PaymentError.Fault?] = [
                price == nil ? .planNotForSale : nil, isKnown ? nil : .unknownPaymentMethod,
            ]
            throw .unusable(order, faults.compactMap { $0 })
        }
        return price
    }

    private func settle(
        _ payment: Payment,
        of user: UserID,
        under key: IdempotencyKey,
        in tx: borrowing Transaction
    ) async throws {
        let (plan, period) = (payment.order.plan, payment.order.period.rawValue)
        payments.insert(payment, of: user, under: key, through: gateway.name, in: tx)
        guard let refusal = payment.refusal else {
            try await desk.activate(plan, period, user, tx)
            let completed = PaymentCompleted(
                payment: payment.id.rawValue,
                user: user,
                plan: plan,
                amount: payment.amount,
                currency: payment.currency
            )
            return try events.record(completed, in: tx)
        }
        let failed = PaymentFailed(
            payment: payment.id.rawValue,
            user: user,
            plan: plan,
            amount: payment.amount,
            currency: payment.currency,
            reason: refusal.rawValue
        )
        try events.record(failed, in: tx)
    }
}
