import EventDelivery
import PaymentEvents
import Postgres

/// Sends the receipt for a payment.
struct SendReceipt: Sendable {
    let announcer: Announcer

    var listener: Listener {
        .transactional("notifications.send-receipt") {
            Reaction.on(PaymentCompleted.self, perform: completed)
        }
    }

    @Sendable private func completed(_ delivered: Delivered<PaymentCompleted>, tx: borrowing Transaction) async throws {
        let payment = delivered.event
        let purchase = Purchase(
            payment: payment.payment,
            plan: payment.plan,
            amount: payment.amount,
            currency: payment.currency
        )
        try await announcer.mail(.receipt(purchase), to: payment.user, because: delivered.envelope, in: tx)
    }
}
