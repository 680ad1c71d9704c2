import EventDelivery
import EventOutbox
import Foundation
import Identifiers
import Logging
import Postgres
import SubscriptionEvents
import TestSupport
import Testing
import Web

@testable import Stories

@Suite(.timeLimit(.minutes(5))) struct AllowanceTests {
    @Test func `ten who begin at once get no more than the plan allows`() async throws {
        try await Stage.run(storiesPerDay: 4) { stage in
            let begun = try await withThrowingTaskGroup { group in
                for story in try stage.stories().prefix(10) {
                    group.addTask {
                        do {
                            try await stage.advance(story)
                            return true
                        } catch StoriesError.allowanceUsedUp {
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { begun, isBegun in begun += isBegun ? 1 : 0 }
            }
            #expect(begun == 4)
            let rows = try await stage.database.read(
                "SELECT (SELECT count(*) FROM stories.reading) AS readings, stories FROM stories.begun"
            )
            #expect(try rows[0]["readings"] == 4)
            #expect(try rows[0]["stories"] == 4)
        }
    }

    @Test func `ten who begin the same story at once begin one`() async throws {
        try await Stage.run(storiesPerDay: 1) { stage in
            let story = try stage.stories()[0]
            try await withThrowingTaskGroup { group in
                for _ in 1...10 { group.addTask { try await stage.advance(story, seconds: 1) } }
                try await group.waitForAll()
            }
            #expect(try await stage.advance(story, seconds: 0).seconds == 10)
        }
    }

    @Test func `what was begun goes on when the allowance is used up, for the whole family`() async throws {
        try await Stage.run(storiesPerDay: 2) { stage in
            let stories = try stage.stories()
            try await stage.advance(stories[0])
            try await stage.advance(stories[0], kid: stage.family.kids[1])
            await #expect(throws: StoriesError.self) { try await stage.complete(stories[1]) }
            try await stage.advance(stories[0], to: 90)
            #expect(try await stage.complete(stories[0]).first)
            #expect(try await stage.announced() == 1)
        }
    }

    @Test func `the allowance starts anew at the family's midnight`() async throws {
        try await Stage.run(storiesPerDay: 1) { stage in
            for (zone, late, midnight) in [
                // Summer and winter on both sides of UTC.
                ("Pacific/Auckland", "2026-01-10T10:59:00Z", "2026-01-10T11:00:00Z"),
                ("Pacific/Auckland", "2026-07-10T11:59:00Z", "2026-07-10T12:00:00Z"),
                ("America/Los_Angeles", "2026-01-10T07:59:00Z", "2026-01-10T08:00:00Z"),
                ("America/Los_Angeles", "2026-07-10T06:59:00Z", "2026-07-10T07:00:00Z"),
                // The days on which the clocks change have 23 and 25 hours.
                ("America/Los_Angeles", "2026-03-09T06:59:59Z", "2026-03-09T07:00:00Z"),
                ("America/Los_Angeles", "2026-11-02T07:59:59Z", "2026-11-02T08:00:00Z"),
            ] {
                try await stage.with(TestFamily(timeZone: zone)).beginOneADay(late: late, midnight: midnight)
            }
        }
    }

    @Test func `a plan's events set the allowance, and a replayed older one does not bring it back`() async throws {
        try await Stage.run(storiesPerDay: 1) { stage in
            let (parent, stories) = (stage.family.parent, try stage.stories())
            let created = SubscriptionCreated(
                user: parent,
                plan: "free",
                limits: PlanLimits(kids: 1, storiesPerDay: 2)
            )
            let changed = SubscriptionChanged(
                user: parent,
                previousPlan: "free",
                plan: "monthly",
                limits: PlanLimits(kids: 5, storiesPerDay: 3),
                endsAt: nil
            )
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(created, in: tx)
                try stage.outbox.recorder.record(changed, in: tx)
            }
            let delivery = OutboxDelivery(
                stage.outbox,
                listeners: stage.module.listeners,
                logger: Logger(label: "tests")
            )
            _ = try await delivery.drain()
            try await stage.change("UPDATE events.cursor SET position = 0")
            _ = try await delivery.drain()
            for story in stories.prefix(3) { try await stage.advance(story) }
            await #expect(throws: StoriesError.self) { try await stage.advance(stories[3]) }
        }
    }

    @Test func `a plan that allows nothing allows nothing`() async throws {
        try await Stage.run(storiesPerDay: 0) { stage in
            await #expect(throws: StoriesError.self) { try await stage.advance(try stage.stories()[0]) }
        }
    }
}

extension Stage {
    fileprivate func beginOneADay(late: String, midnight: String) async throws {
        let stories = try stories()
        try family.wake(at: late)
        try await advance(stories[0])
        do {
            try await advance(stories[1])
            Issue.record("The second story of the day was begun")
        } catch let error as StoriesError {
            #expect(error.problem.code == .quotaExceeded)
            #expect(error.problem.detail.contains("allows 1 new stories a day"))
            #expect(error.problem.detail.contains(midnight.replacing("Z", with: ".000Z")), "\(error.problem.detail)")
            #expect((1...60).contains(error.problem.retryAfter ?? 0))
        }
        try family.wake(at: midnight)
        try await advance(stories[1])
    }
}
