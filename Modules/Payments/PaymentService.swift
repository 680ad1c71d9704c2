import EventDelivery
import FoundationEssentials
import Identifiers
import PaymentEvents
import Postgres
import Web

/// Takes payments.
///
/// The key's claim, the charge, the activation of what was paid for, the payment and its event are one transaction: all
/// of it happens or nothing does, wherever the process dies.
struct PaymentService: Sendable {
    let database: Database
    let payments: PaymentRepository
    let gateway: PaymentGateway
    let desk: SubscriptionDesk
    let events: EventRecorder

    /// Pays for an order once, however often it is asked with the same key.
    func pay(_ order: PaymentOrder, as user: UserID, under key: IdempotencyKey) async throws -> PaymentAnswer {
        let id = PaymentID.new()
        let price = try await desk.quote(order.plan, order.period.rawValue).map {
            Price(amount: $0.amount, currency: $0.currency)
        }
        let answer = try await database.transaction { tx in
            guard let now = try await payments.claim(key, of: user, in: tx) else { throw PaymentError.stillRunning }
            if let earlier = try await payments.payment(answering: key, of: user, in: tx) {
                guard earlier.order == order else { throw PaymentError.keyReused }
                return PaymentAnswer(payment: earlier, isReplayed: true)
            }
            let price = try usable(order, at: price)
            let charge = PaymentGateway.Charge(
                payment: id.rawValue,
                user: user,
                paymentMethod: order.paymentMethod,
                amount: price.amount,
                currency: price.currency
            )
            let payment = Payment(id, order, price, try await gateway.charge(charge, tx), at: now)
            try await settle(payment, of: user, under: key, in: tx)
            return PaymentAnswer(payment: payment, isReplayed: false)
        }
        guard let reason = answer.payment.refusal else { return answer }
        throw PaymentError.refused(answer.payment.id, reason, isReplayed: answer.isReplayed)
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

/// A payment, and whether an earlier request made it.
struct PaymentAnswer: Sendable, Hashable {
    let payment: Payment
    let isReplayed: Bool
}
