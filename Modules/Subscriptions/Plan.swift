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
        "What a plan allows",
        [
            .required("kids", .integer(min: 1).example(6), "How many children the family may have"),
            .required("storiesPerDay", .integer(min: 1).example(50), "How many stories the family may begin a day"),
        ]
    )
}

extension Plan {
    static let schema = Schema.object(
        "Plan",
        "One of the plans that accounts can be on",
        [
            .required("slug", .string().example("pro"), "Names the plan wherever one is asked for"),
            .required("name", .string().example("Pro"), "What to show of a plan"),
            .required("limits", PlanLimits.schema),
            .required("requestsPerMinute", .integer(min: 1).example(200), "How many requests a minute the API takes"),
            .required("prices", .array(Price.schema), "What can be paid for; none for the free plan"),
        ]
    )
}

extension Plan.Price {
    static let schema = Schema.object(
        "PlanPrice",
        "What one period of a plan costs",
        [
            .required("period", .enumeration(BillingPeriod.self), "What one pays for: 7, 30 or 365 days"),
            .required("amount", .integer(min: 1).example(299), "The price in the currency's minor unit, such as cents"),
            .required("currency", .string().example("USD"), "The price's currency, of ISO 4217"),
        ]
    )
}
