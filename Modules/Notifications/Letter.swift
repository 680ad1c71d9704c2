import FoundationEssentials

/// Everything that is sent by mail. It is stored with the job, so a case that was ever sent keeps its name.
enum Letter: Codable, Sendable, Hashable {
    case welcome
    case receipt(Purchase)
    case paymentFailed(Purchase, reason: String)

    var category: Category {
        switch self {
        case .welcome: .welcome
        case .receipt: .paymentReceipt
        case .paymentFailed: .paymentFailed
        }
    }

    /// The words of the letter. Text and HTML are both made of them, so neither can lack what the other says.
    func composed(for name: String?, appURL: String) -> ComposedLetter {
        switch self {
        case .welcome:
            ComposedLetter(
                subject: "Welcome to Storytime",
                name: name,
                paragraphs: [
                    "Thank you for confirming your address. Your family's library is open.",
                    "Add a profile for each child, choose what they like, and begin with a first story tonight.",
                ],
                link: ComposedLetter.Link(label: "Open Storytime", url: appURL)
            )
        case .receipt(let purchase):
            ComposedLetter(
                subject: "Your receipt for \(purchase.planName)",
                name: name,
                paragraphs: [
                    "We have received your payment of \(purchase.price) for \(purchase.planName). Thank you!",
                    "Payment reference: \(purchase.payment.uuidString.lowercased())",
                ],
                link: ComposedLetter.Link(label: "See your payments", url: "\(appURL)/payments")
            )
        case .paymentFailed(let purchase, let reason):
            ComposedLetter(
                subject: "Your payment for \(purchase.planName) did not go through",
                name: name,
                paragraphs: [
                    "We could not collect \(purchase.price) for \(purchase.planName): "
                        + Refusal.explanation(of: reason),
                    "Please check your payment method, so that the stories go on without a break.",
                    "Payment reference: \(purchase.payment.uuidString.lowercased())",
                ],
                link: ComposedLetter.Link(label: "Check your payment method", url: "\(appURL)/payments/methods")
            )
        }
    }
}
