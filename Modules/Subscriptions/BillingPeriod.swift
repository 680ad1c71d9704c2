import FoundationEssentials
import Postgres

/// For how long a plan is paid.
enum BillingPeriod: String, Sendable, CaseIterable, Codable, PostgresCodable {
    case weekly, monthly, yearly

    /// Its length in days, the same for everybody whatever the calendar says.
    var days: Int {
        switch self {
        case .weekly: 7
        case .monthly: 30
        case .yearly: 365
        }
    }

    /// The end of a period that begins at a moment.
    func end(from start: Date) -> Date { start.addingTimeInterval(Double(days) * 86_400) }
}
