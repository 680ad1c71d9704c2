import Cache
import EventTesting
import Identifiers
import Postgres
import Subscriptions
import TestSupport
import Testing

/// How many requests a minute an account's plan allows, as those who count them ask for it.
@Suite(.timeLimit(.minutes(5))) struct RequestAllowanceTests {
    let user = UserID.new()

    @Test func `it follows the plan at once although it is cached`() async throws {
        try await Scenario.run({ parts in
            SubscriptionsModule(
                database: parts.database,
                events: parts.events,
                cache: Cache(redis: nil, logger: parts.logger)
            )
        }) { scenario in
            for (plan, requests) in [("starter", 100), ("enterprise", 1000), ("pro", 200)] {
                try await scenario.activate(plan, "monthly", for: user)
                #expect(try await scenario.module.requestsPerMinute(of: user) == requests)
                // From the cache, unless it was void.
                #expect(try await scenario.module.requestsPerMinute(of: user) == requests)
            }
        }
    }

    @Test func `once the paid period is over it is that of the free plan`() async throws {
        try await Scenario.run { scenario in
            #expect(try await scenario.module.requestsPerMinute(of: user) == 50)
            try await scenario.activate("business", "weekly", for: user)
            #expect(try await scenario.module.requestsPerMinute(of: user) == 500)
            try await scenario.database.transaction { tx in
                try await tx.execute("UPDATE subscriptions.subscription SET ends_at = now() - interval '1 second'")
            }
            #expect(try await scenario.module.requestsPerMinute(of: user) == 50)
        }
    }
}
