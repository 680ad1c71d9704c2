import AchievementEvents
import EventDelivery
import EventTesting
import Events
import FamilyEvents
import Foundation
import Identifiers
import Postgres
import StoryEvents
import StrictJSON
import TestSupport
import Testing

@testable import Achievements

@Suite(.timeLimit(.minutes(5))) struct BadgeTests {
    @Test func `badges are earned once, at their thresholds`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            let moment = try Date("2026-03-01T12:00:00Z", strategy: .iso8601)
            let stories = (0..<25).map { child.completed(moment.addingTimeInterval(Double($0))) }
            try await scenario.when([child.created] + Array(stories.prefix(4)))
            #expect(try await scenario.recorded(BadgeEarned.self).map(\.badge) == ["first-story"])
            try await scenario.when(Array(stories.dropFirst(4)))
            try await scenario.when(stories)
            _ = try await scenario.replay()
            let earned = try await scenario.recorded(BadgeEarned.self)
            #expect(earned.map(\.badge) == ["first-story", "explorer", "bookworm", "story-lover"])
            #expect(earned.map(\.earnedAt) == [0, 4, 9, 24].map { moment.addingTimeInterval(Double($0)) })
        }
    }

    @Test func `every category makes a wide reader`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            let categories = ["kindness", "courage", "honesty", "cleverness", "perseverance", "friendship"]
            let stories = try (categories + categories).map {
                try child.completed("2026-03-01T12:00:00Z", category: $0)
            }
            try await scenario.when([child.created] + Array(stories.prefix(5)))
            let halfway = try await scenario.achievements(of: child.id).badges.first { $0.badge == "all-categories" }
            #expect(halfway?.progress == 5 && halfway?.earnedAt == nil)
            try await scenario.when(Array(stories.dropFirst(5)))
            #expect(try await scenario.recorded(BadgeEarned.self).count { $0.badge == "all-categories" } == 1)
        }
    }

    @Test func `one child serialises, however many work on it at once`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            let moment = try Date("2026-03-01T12:00:00Z", strategy: .iso8601)
            let stories = (0..<10).map { child.completed(moment.addingTimeInterval(Double($0) * 86_400)) }
            let progress = Progress(repository: ProgressRepository(), events: scenario.parts.events)
            try await withThrowingTaskGroup { group in
                for story in stories + stories {
                    group.addTask {
                        let delivered = try Delivered<StoryCompleted>(EventEnvelope(recording: story))
                        try await scenario.database.transaction { tx in try await progress.completed(delivered, in: tx)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await scenario.achievements(of: child.id).storiesCompleted == 10)
            #expect(
                try await Set(scenario.recorded(BadgeEarned.self).map(\.badge))
                    == ["first-story", "explorer", "bookworm", "streak-3", "streak-7"]
            )
            #expect(try await scenario.recorded(BadgeEarned.self).count == 5)
            #expect(try await scenario.module.discrepancies().isEmpty)
        }
    }

    @Test func `a removed child earns nothing until it comes back`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            try await scenario.when([child.created, KidDeleted(kid: child.id, parent: child.parent)])
            try await scenario.when([try child.completed("2026-03-01T12:00:00Z")])
            #expect(try await scenario.recorded(BadgeEarned.self).isEmpty)
            _ = try await scenario.replay()
            #expect(try await scenario.recorded(BadgeEarned.self).isEmpty)
            try await scenario.when([KidRestored(kid: child.id, parent: child.parent, timeZone: "UTC")])
            #expect(try await scenario.recorded(BadgeEarned.self).map(\.badge) == ["first-story"])
            #expect(try await scenario.module.discrepancies().isEmpty)
        }
    }

    @Test func `over HTTP a child has every badge with its progress, and a foreign child is none`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            try scenario.clock.set("2026-03-02T12:00:00Z")
            try await scenario.when([child.created] + child.completedDaily(from: "2026-03-01T12:00:00Z", days: 2))
            try await TestAPI.serving([scenario.module.endpoints]) { api in
                let path = "/v1/kids/\(child.id)/achievements"
                let answer = try await api("GET", path, as: child.parent)
                #expect(answer.json["storiesCompleted"]?.integer == 2)
                #expect(answer.json["streak"] == ["current": 2, "longest": 2, "lastActiveDay": "2026-03-02"])
                let badges = answer.json["badges"]?.array ?? []
                #expect(badges.count == 12)
                #expect(badges.first?["earnedAt"]?.string == "2026-03-01T12:00:00.000Z")
                #expect(badges[1]["progress"]?.integer == 2 && badges[1]["threshold"]?.integer == 5)
                #expect(badges[1]["earnedAt"] == nil)
                #expect(try await api("GET", path, as: UserID.new()).problem == "404 RESOURCE_NOT_FOUND")
            }
        }
    }

    @Test func `a child that nothing is known of has nothing yet`() async throws {
        try await Scenario.run { scenario in
            let nothing = try await scenario.achievements(of: .new())
            #expect(nothing.storiesCompleted == 0 && nothing.streak.longest == 0 && nothing.streak.lastActiveDay == nil)
            #expect(nothing.badges.count == 12 && nothing.badges.allSatisfy { $0.progress == 0 && $0.earnedAt == nil })
        }
    }
}
