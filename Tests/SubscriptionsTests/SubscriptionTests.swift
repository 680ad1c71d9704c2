import AuthEvents
import EventTesting
import Events
import Identifiers
import Postgres
import SubscriptionEvents
import Testing

@testable import Subscriptions

@Suite(.timeLimit(.minutes(5))) struct SubscriptionTests {
    let user = UserID.new()

    /// The test that the README shows.
    @Test func `registering begins the free plan, once`() async throws {
        let user = UserID.new()
        try await Scenario.run({ SubscriptionsModule(database: $0.database, events: $0.events) }) { scenario in
            try await scenario.given(UserRegistered(user: user))
            #expect(try await scenario.rows("SELECT plan FROM subscriptions.subscription") == ["free"])
            let effects = try await scenario.when(UserRegistered(user: user))
            #expect(effects.events == [] && effects.jobs == [])
            #expect(try await scenario.replay().isEmpty)
        }
    }

    @Test func `a payment that is faster than the listener makes the free subscription itself`() async throws {
        try await Scenario.run { scenario in
            let effects = try await scenario.when { try await scenario.activate("starter", "monthly", for: user) }
            #expect(effects.events == [SubscriptionCreated.name, SubscriptionChanged.name])
            #expect(try await scenario.when(UserRegistered(user: user)).isEmpty)
            #expect(try await scenario.stored(user) == ["starter monthly 30"])
        }
    }

    @Test func `renewing twice at once adds up`() async throws {
        try await Scenario.run { scenario in
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 { group.addTask { try await scenario.activate("pro", "weekly", for: user) } }
                try await group.waitForAll()
            }
            #expect(try await scenario.stored(user) == ["pro weekly 70"])
            #expect(try await scenario.recorded(SubscriptionChanged.self).count == 10)
        }
    }

    @Test func `the event carries the limits of the new plan and where it came from`() async throws {
        try await Scenario.run { scenario in
            try await scenario.activate("starter", "weekly", for: user)
            try await scenario.activate("pro", "yearly", for: user)
            let changes = try await scenario.recorded(SubscriptionChanged.self)
            #expect(
                changes.map { "\($0.previousPlan) \($0.plan) \($0.limits.kids)" } == [
                    "free starter 4", "starter pro 6",
                ]
            )
            #expect(changes.allSatisfy { $0.key == OrderingKey("user", user) })
        }
    }

    @Test func `nothing remains of an activation whose transaction fails`() async throws {
        try await Scenario.run { scenario in
            let effects = try await scenario.when {
                await #expect(throws: Abort.self) {
                    try await scenario.database.transaction { tx in
                        try await scenario.module.activate(plan: "pro", period: "weekly", for: user, in: tx)
                        throw Abort()
                    }
                }
            }
            #expect(effects.isEmpty)
            #expect(try await scenario.stored(user).isEmpty)
        }
    }

    @Test func `what has no price is neither quoted nor activated`() async throws {
        try await Scenario.run { scenario async throws in
            for (plan, period) in [("free", "monthly"), ("golden", "monthly"), ("pro", "daily")] {
                #expect(try await scenario.module.quote(plan: plan, period: period) == nil)
                await #expect(throws: SubscriptionError.notForSale(plan: plan, period: period)) {
                    try await scenario.activate(plan, period, for: user)
                }
            }
            #expect(try await scenario.stored(user).isEmpty)
        }
    }

    struct Abort: Error {}
}
