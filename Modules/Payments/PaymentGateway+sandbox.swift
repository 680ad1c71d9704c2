import Postgres

extension PaymentGateway {
    /// Moves no real money: Stripe's names of test payment methods decide what happens, and a table is the bank.
    public static let sandbox = PaymentGateway(
        name: "sandbox",
        recognizes: { SandboxCard(rawValue: $0) != nil },
        charge: SandboxCard.charge
    )
}

/// The test payment methods that the sandbox knows, by the names that Stripe gave them.
enum SandboxCard: String, Sendable, CaseIterable {
    case visa = "pm_card_visa"
    case declined = "pm_card_chargeDeclined"
    case insufficientFunds = "pm_card_chargeDeclinedInsufficientFunds"
    case authenticationRequired = "pm_card_authenticationRequired"
    case dispute = "pm_card_createDispute"

    /// What a charge comes to.
    var outcome: PaymentGateway.Outcome {
        switch self {
        case .visa: .approved
        case .dispute: .disputed
        case .declined: .refused(.cardDeclined)
        case .insufficientFunds: .refused(.insufficientFunds)
        case .authenticationRequired: .refused(.authenticationRequired)
        }
    }

    /// Enters what moves in the sandbox's books. An unknown payment method is declined, like a card nobody issued.
    static func charge(
        _ charge: PaymentGateway.Charge,
        in tx: borrowing Transaction
    ) async throws -> PaymentGateway.Outcome {
        let outcome = SandboxCard(rawValue: charge.paymentMethod)?.outcome ?? .refused(.cardDeclined)
        switch outcome {
        case .refused: break
        case .approved: enter("charge", charge, in: tx)
        case .disputed:
            enter("charge", charge, in: tx)
            enter("dispute", charge, in: tx)
        }
        return outcome
    }

    private static func enter(_ kind: String, _ charge: PaymentGateway.Charge, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO payments.sandbox_entry (payment_id, kind, amount, currency)
            VALUES (\(charge.payment), \(kind), \(charge.amount), \(charge.currency))
            """
        )
    }
}
