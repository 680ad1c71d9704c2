import EventDelivery
import FoundationEssentials
import PaymentEvents
import Postgres
import StrictJSON

/// Tells an account that its payment did not go through, in the app and by mail, before the plan runs out.
struct WarnOfFailedPayment: Sendable {
    let announcer: Announcer

    var listener: Listener {
        .transactional("notifications.warn-of-failed-payment") {
            Reaction.on(PaymentFailed.self, perform: failed)
        }
    }

    @Sendable private func failed(_ delivered: Delivered<PaymentFailed>, tx: borrowing Transaction) async throws {
        let payment = delivered.event
        let purchase = Purchase(
            payment: payment.payment,
            plan: payment.plan,
            amount: payment.amount,
            currency: payment.currency
        )
        let notice = Notice(
            user: payment.user,
            category: .paymentFailed,
            title: "Your payment did not go through",
            body: "\(purchase.price) for \(purchase.planName): \(Refusal.explanation(of: payment.reason))",
            data: [
                "payment": .string(payment.payment.uuidString.lowercased()), "reason": .string(payment.reason),
            ]
        )
        try await announcer.show(notice, because: delivered.envelope, in: tx)
        let letter = Letter.paymentFailed(purchase, reason: payment.reason)
        try await announcer.mail(letter, to: payment.user, because: delivered.envelope, in: tx)
    }
}
