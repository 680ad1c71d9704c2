import FoundationEssentials

/// Where an account stands, and how a payment moves it on. Pure: it decides, others store and announce.
///
/// | from \ paid for | the same plan | another plan |
/// |---|---|---|
/// | free | – | begins now |
/// | paid, still running | the end moves on by a period | begins now, in place of the old one |
/// | paid, run out | begins now | begins now |
enum SubscriptionState: Sendable, Hashable {
    /// The plan that costs nothing and never ends.
    case free
    /// A plan that was paid for, until a moment.
    case paid(plan: String, until: Date)

    /// The slug of the plan that everybody begins with.
    static let freePlan = "free"

    /// The plan of this state.
    var plan: String {
        switch self {
        case .free: Self.freePlan
        case .paid(let plan, _): plan
        }
    }

    /// When the paid period ends; nil when there is none.
    var endsAt: Date? {
        switch self {
        case .free: nil
        case .paid(_, let end): end
        }
    }

    /// How it looks to its owner.
    func status(at now: Date) -> SubscriptionStatus {
        guard let endsAt else { return .free }
        return endsAt > now ? .active : .expired
    }

    /// The state after a period of a plan was paid for.
    func paying(for plan: String, _ period: BillingPeriod, at now: Date) throws(SubscriptionError) -> Self {
        guard plan != Self.freePlan else { throw .notForSale(plan: plan, period: period.rawValue) }
        guard case .paid(plan, let end) = self else { return .paid(plan: plan, until: period.end(from: now)) }
        return .paid(plan: plan, until: period.end(from: max(end, now)))
    }
}

/// How a subscription looks to its owner.
enum SubscriptionStatus: String, Sendable, CaseIterable, Codable {
    case free, active, expired
}
