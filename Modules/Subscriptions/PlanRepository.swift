import Postgres

/// Reads the plans and their prices.
struct PlanRepository: Sendable {
    let database: Database

    /// Every plan with its prices, from small to large.
    func all() async throws -> [Plan] {
        let rows = try await database.read(
            """
            SELECT plan.slug, plan.name, plan.kids, plan.stories_per_day, plan.requests_per_minute,
                   price.period, price.amount, price.currency
            FROM subscriptions.plan LEFT JOIN subscriptions.price ON price.plan = plan.slug
            ORDER BY plan.rank, price.amount
            """,
            from: .replica
        )
        var plans: [Plan] = []
        for row in rows {
            let plan = try Plan(row)
            if plans.last?.slug != plan.slug { plans.append(plan) }
            guard let period: BillingPeriod? = try row["period"], let period else { continue }
            plans[plans.count - 1].prices.append(
                Plan.Price(period: period, amount: try row["amount"], currency: try row["currency"])
            )
        }
        return plans
    }

    /// What a period of a plan costs; nil when it cannot be bought.
    func price(of plan: String, for period: BillingPeriod) async throws -> Plan.Price? {
        let rows = try await database.read(
            "SELECT amount, currency FROM subscriptions.price WHERE plan = \(plan) AND period = \(period)"
        )
        return try rows.first.map { row in
            Plan.Price(period: period, amount: try row["amount"], currency: try row["currency"])
        }
    }
}
