import Web

/// Why a subscription cannot do what was asked.
enum SubscriptionError: Error, Hashable {
    /// No price is known for a period of this plan: it does not exist, or it is free.
    case notForSale(plan: String, period: String)
}

extension SubscriptionError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .notForSale(let plan, let period):
            .validation([.member("plan", .enumeration, "\(plan) cannot be had \(period); see /v1/plans for what can")])
        }
    }
}
