import AuthEvents
import Identifiers
import Postgres
import Testing

@testable import Subscriptions

@Suite(.timeLimit(.minutes(5))) struct SubscriptionTests {
    let user = UserID.new()

    @Test func `whoever registers begins on the free plan, once`() async throws {
        try await Stage.run { stage in
            try await stage.announce(UserRegistered(user: user), UserRegistered(user: user))
            try await stage.deliver()
            #expect(try await stage.stored(user) == ["free"])
            let created = "subscriptions.subscription-created"
            #expect(try await stage.events().filter { $0 == created } == [created])
        }
    }

    @Test func `a payment that is faster than the listener makes the free subscription itself`() async throws {
        try await Stage.run { stage in
            try await stage.announce(UserRegistered(user: user))
            try await stage.activate("starter", "monthly", for: user)
            try await stage.deliver()
            #expect(try await stage.stored(user) == ["starter monthly 30"])
            #expect(
                try await stage.events() == [
                    "auth.user-registered", "subscriptions.subscription-created", "subscriptions.subscription-changed",
                ]
            )
        }
    }

    @Test func `renewing twice at once adds up`() async throws {
        try await Stage.run { stage in
            try await withThrowingTaskGroup { group in
                for _ in 0..<10 { group.addTask { try await stage.activate("pro", "weekly", for: user) } }
                try await group.waitForAll()
            }
            #expect(try await stage.stored(user) == ["pro weekly 70"])
            #expect(try await stage.events().count == 11)
        }
    }

    @Test func `the event carries the limits of the new plan and where it came from`() async throws {
        try await Stage.run { stage in
            try await stage.activate("starter", "weekly", for: user)
            try await stage.activate("pro", "yearly", for: user)
            let rows = try await stage.database.read(
                """
                SELECT payload ->> 'previousPlan' || ' ' || (payload ->> 'plan') || ' ' || (payload #>> '{limits,kids}')
                       || ' ' || key AS row
                FROM events.event WHERE name = 'subscriptions.subscription-changed' ORDER BY seq
                """
            )
            #expect(try rows.map { try $0["row"] } == ["free starter 4 user:\(user)", "starter pro 6 user:\(user)"])
        }
    }

    @Test func `nothing remains of an activation whose transaction fails`() async throws {
        try await Stage.run { stage in
            await #expect(throws: Abort.self) {
                try await stage.database.transaction { tx in
                    try await stage.module.activate(plan: "pro", period: "weekly", for: user, in: tx)
                    throw Abort()
                }
            }
            let (stored, events) = (try await stage.stored(user), try await stage.events())
            #expect(stored.isEmpty && events.isEmpty)
        }
    }

    @Test func `what has no price is neither quoted nor activated`() async throws {
        try await Stage.run { stage async throws in
            for (plan, period) in [("free", "monthly"), ("golden", "monthly"), ("pro", "daily")] {
                #expect(try await stage.module.quote(plan: plan, period: period) == nil)
                await #expect(throws: SubscriptionError.notForSale(plan: plan, period: period)) {
                    try await stage.activate(plan, period, for: user)
                }
            }
            #expect(try await stage.stored(user).isEmpty)
        }
    }

    struct Abort: Error {}
}
