import Postgres

/// Why a charge was refused, as a stable word that clients decide by.
public enum RefusalReason: String, Sendable, CaseIterable, Codable, PostgresCodable {
    /// The bank said no without saying why.
    case cardDeclined = "card-declined"
    /// The account behind the card does not hold the amount.
    case insufficientFunds = "insufficient-funds"
    /// The bank wants its customer to confirm the charge.
    case authenticationRequired = "authentication-required"

    /// What the payer can do about it.
    var advice: String {
        switch self {
        case .cardDeclined: "The card was declined; use another payment method or ask the bank"
        case .insufficientFunds: "The card's account does not hold the amount; use another payment method"
        case .authenticationRequired: "The bank asks for a confirmation; confirm the payment method or use another"
        }
    }
}
