import Postgres
import SubscriptionEvents
import Web

/// One of the plans that accounts can be on.
struct Plan: ResponseBody {
    let slug: String
    let name: String
    let limits: PlanLimits
    let requestsPerMinute: Int
    var prices: [Price]

    /// What one period costs, in the currency's minor unit.
    struct Price: Encodable, Sendable, Hashable {
        let period: BillingPeriod
        let amount: Int
        let currency: String
    }
}

extension Plan {
    init(_ row: Row) throws {
        slug = try row["slug"]
        name = try row["name"]
        limits = try PlanLimits(row)
        requestsPerMinute = try row["requests_per_minute"]
        prices = []
    }
}

extension PlanLimits {
    /// Reads `kids` and `stories_per_day`.
    init(_ row: Row) throws {
        self.init(kids: try row["kids"], storiesPerDay: try row["stories_per_day"])
    }

    static let schema = Schema.object(
        "PlanLimits",
        [
            .required("kids", .integer(min: 1), "How many children the family may have"),
            .required("storiesPerDay", .integer(min: 1), "How many stories the family may begin a day"),
        ]
    )
}

extension Plan {
    static let schema = Schema.object(
        "Plan",
        [
            .required("slug", .string(), "Names the plan wherever one is asked for"),
            .required("name", .string(), "What to show"),
            .required("limits", PlanLimits.schema, "What the plan allows"),
            .required("requestsPerMinute", .integer(min: 1), "How many requests a minute the API takes"),
            .required("prices", .array(Price.schema), "What can be paid for; none for the free plan"),
        ]
    )
}

extension Plan.Price {
    static let schema = Schema.object(
        "PlanPrice",
        [
            .required("period", .enumeration(BillingPeriod.self), "What is paid for: 7, 30 or 365 days"),
            .required("amount", .integer(min: 1), "In the currency's minor unit, such as cents"),
            .required("currency", .string(), "ISO 4217"),
        ]
    )
}
