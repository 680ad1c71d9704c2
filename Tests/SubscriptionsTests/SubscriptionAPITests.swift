import EventTesting
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@testable import Subscriptions

@Suite(.timeLimit(.minutes(5))) struct SubscriptionAPITests {
    let user = UserID.new()

    @Test func `anybody sees the plans with their prices, from small to large`() async throws {
        try await Scenario.run { scenario in
            try await TestAPI.serving([scenario.module.endpoints]) { call in
                let answer = try await call("GET", "/v1/plans")
                #expect(answer.status == 200)
                let plans = answer[member: "data"]?.array ?? []
                #expect(plans.map { $0["slug"]?.string } == ["free", "starter", "pro", "business", "enterprise"])
                #expect(plans.map { $0["requestsPerMinute"]?.integer } == [50, 100, 200, 500, 1000])
                #expect(plans.map { $0["prices"]?.array?.count } == [0, 3, 3, 3, 3])
                let prices = plans[1]["prices"]?.array ?? []
                #expect(prices.map { $0["period"]?.string } == ["weekly", "monthly", "yearly"])
                #expect(prices.map { $0["amount"]?.integer } == [150, 499, 4799])
                #expect(plans[0]["limits"] == ["kids": 2, "storiesPerDay": 5])
            }
        }
    }

    @Test func `an account nobody has heard of is on the free plan`() async throws {
        try await Scenario.run { scenario in
            try await TestAPI.serving([scenario.module.endpoints]) { call in
                let answer = try await call("GET", "/v1/subscription", as: user)
                #expect(
                    answer.json == ["plan": "free", "status": "free", "limits": ["kids": 2, "storiesPerDay": 5]]
                )
                #expect(try await call("GET", "/v1/subscription").problem == "401 AUTH_REQUIRED")
            }
        }
    }

    @Test func `a paid plan shows its period until it has run out`() async throws {
        try await Scenario.run { scenario in
            try await scenario.activate("business", "yearly", for: user)
            try await TestAPI.serving([scenario.module.endpoints]) { call in
                let running = try await call("GET", "/v1/subscription", as: user)
                #expect(running[member: "status"] == "active")
                #expect(running[member: "period"] == "yearly")
                #expect(running[member: "endsAt"]?.string != nil)
                try await scenario.database.transaction { tx in
                    try await tx.execute("UPDATE subscriptions.subscription SET ends_at = now() - interval '1 second'")
                }
                #expect(try await call("GET", "/v1/subscription", as: user)[member: "status"] == "expired")
            }
        }
    }
}
