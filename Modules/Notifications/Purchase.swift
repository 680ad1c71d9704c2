import FoundationEssentials

/// What was or should have been paid for.
struct Purchase: Codable, Sendable, Hashable {
    let payment: UUID
    let plan: String
    /// In the currency's minor unit.
    let amount: Int
    /// ISO 4217.
    let currency: String

    /// The plan as people call it.
    var planName: String { plan.wordsFromSlug }

    /// The amount as people write it, such as `4.99 EUR`.
    var price: String {
        let digits = Self.fractionDigits(of: currency)
        var text = String(amount.magnitude)
        if digits > 0 {
            text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
            text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
        }
        return (amount < 0 ? "-" : "") + text + " " + currency
    }

    /// How many decimal places the minor unit has (ISO 4217, table A.1).
    private static func fractionDigits(of currency: String) -> Int {
        switch currency {
        case "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF":
            0
        case "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND": 3
        default: 2
        }
    }
}

/// Why a charge was refused, for people.
enum Refusal {
    /// A sentence for a reason's stable word; one that fits always for a word that is not known here.
    static func explanation(of reason: String) -> String {
        switch reason {
        case "card-declined": "your bank declined the card."
        case "insufficient-funds": "the account behind the card does not cover the amount."
        case "expired-card": "the card has expired."
        case "authentication-required": "your bank wants you to confirm the payment."
        default: "the payment was refused."
        }
    }
}

extension String {
    /// `seven-day-streak` as `Seven day streak`.
    var wordsFromSlug: String {
        let words = split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}
