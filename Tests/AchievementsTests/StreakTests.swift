import AchievementEvents
import EventTesting
import FamilyEvents
import Foundation
import Identifiers
import StoryEvents
import Testing

@testable import Achievements

@Suite(.timeLimit(.minutes(5))) struct StreakTests {
    @Test func `days are the family's`() async throws {
        try await Scenario.run { scenario in
            for (zone, first, second, streak) in [
                // A minute before and after the family's midnight are two days …
                ("Pacific/Auckland", "2026-03-01T10:59:00Z", "2026-03-01T11:01:00Z", 2),
                ("America/Los_Angeles", "2026-03-01T07:59:00Z", "2026-03-01T08:01:00Z", 2),
                // … and both sides of UTC's midnight are one.
                ("Pacific/Auckland", "2026-03-01T23:59:00Z", "2026-03-02T00:01:00Z", 1),
                ("America/Los_Angeles", "2026-03-01T23:59:00Z", "2026-03-02T00:01:00Z", 1),
                // Days on which the clocks change, of 23 and 25 hours, from their first minute to their last.
                ("America/Los_Angeles", "2026-03-08T07:59:00Z", "2026-03-09T06:59:00Z", 2),
                ("America/Los_Angeles", "2026-03-08T08:01:00Z", "2026-03-09T06:59:00Z", 1),
                ("America/Los_Angeles", "2026-11-01T07:01:00Z", "2026-11-02T07:59:00Z", 1),
                ("Pacific/Auckland", "2026-04-04T11:01:00Z", "2026-04-05T11:59:00Z", 1),
                ("Pacific/Auckland", "2026-09-26T12:01:00Z", "2026-09-27T11:01:00Z", 2),
            ] {
                let child = Child(in: zone)
                try scenario.clock.set(second)
                try await scenario.when([child.created, try child.completed(first), try child.completed(second)])
                #expect(try await scenario.achievements(of: child.id).streak.current == streak, "\(zone) \(first)")
            }
        }
    }

    @Test func `a streak may be longer than a month`() async throws {
        try await Scenario.run { scenario in
            let child = Child(in: "Europe/Berlin")
            try await scenario.when([child.created] + child.completedDaily(from: "2026-01-01T18:00:00Z", days: 100))
            try scenario.clock.set("2026-04-10T18:00:00Z")
            let streak = try await scenario.achievements(of: child.id).streak
            #expect(streak.current == 100 && streak.longest == 100 && streak.lastActiveDay == "2026-04-10")
            let badges = try await scenario.recorded(BadgeEarned.self).map(\.badge)
            #expect(
                badges.filter { $0.hasPrefix("streak") } == [
                    "streak-3", "streak-7", "streak-14", "streak-30", "streak-100",
                ]
            )
        }
    }

    @Test func `a late day joins what was apart, and only changes are announced`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            try scenario.clock.set("2026-03-03T12:00:00Z")
            let day = { (day: Int) in try child.completed("2026-03-0\(day)T12:00:00Z") }
            try await scenario.when([child.created, try day(1), try day(3), try day(3)])
            #expect(try await scenario.recorded(StreakUpdated.self).map(\.current) == [1])
            try await scenario.when([try day(2)])
            let news = try await scenario.recorded(StreakUpdated.self)
            #expect(news.map(\.current) == [1, 3] && news.map(\.longest) == [1, 3])
            #expect(try await scenario.achievements(of: child.id).streak.current == 3)
        }
    }

    @Test func `a streak lives through today and tomorrow of the family, and is 0 afterwards`() async throws {
        try await Scenario.run { scenario in
            let child = Child(in: "Pacific/Auckland")
            try await scenario.when([child.created] + child.completedDaily(from: "2026-03-01T00:00:00Z", days: 3))
            for (moment, current) in [
                ("2026-03-03T10:59:00Z", 3), ("2026-03-04T10:59:00Z", 3), ("2026-03-04T11:00:00Z", 0),
            ] {
                try scenario.clock.set(moment)
                let streak = try await scenario.achievements(of: child.id).streak
                #expect(streak.current == current && streak.longest == 3, "\(moment)")
                #expect(streak.lastActiveDay == "2026-03-03")
            }
        }
    }

    @Test func `a gap begins a new streak and the longest stays`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            let first = try child.completedDaily(from: "2026-03-01T12:00:00Z", days: 4)
            let second = try child.completedDaily(from: "2026-03-07T12:00:00Z", days: 2)
            try await scenario.when([child.created] + first + second)
            try scenario.clock.set("2026-03-08T12:00:00Z")
            let streak = try await scenario.achievements(of: child.id).streak
            #expect(streak.current == 2 && streak.longest == 4)
        }
    }

    @Test func `a family that moves keeps the days it has lived`() async throws {
        try await Scenario.run { scenario in
            let child = Child(in: "Pacific/Auckland")
            try await scenario.when([child.created])
            let moved = Date().addingTimeInterval(1000)
            // An evening and the next morning in Auckland: two days there, one in Los Angeles.
            let evening = try child.completed("2026-03-01T08:00:00Z")
            let morning = try child.completed("2026-03-01T20:00:00Z")
            try await scenario.when([evening, morning])
            try await scenario.when([TimeZoneChanged(parent: child.parent, timeZone: "America/Los_Angeles")])
            #expect(try await scenario.achievements(of: child.id).streak.longest == 2)
            try await scenario.when([child.completed(moved)])
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = try #require(TimeZone(identifier: "America/Los_Angeles"))
            let day = calendar.dateComponents([.day], from: moved).day
            let last = try await scenario.achievements(of: child.id).streak.lastActiveDay
            #expect(last?.suffix(2).description == (day.map { $0 < 10 ? "0\($0)" : "\($0)" }))
            #expect(try await scenario.module.discrepancies().isEmpty)
        }
    }

    @Test func `a time zone that becomes known late is applied to what was finished before`() async throws {
        try await Scenario.run { scenario in
            let child = Child(in: "America/Los_Angeles")
            // One day in UTC, two in Los Angeles.
            let stories = [try child.completed("2026-03-01T07:00:00Z"), try child.completed("2026-03-01T09:00:00Z")]
            try await scenario.when(stories)
            #expect(try await scenario.achievements(of: child.id).streak.longest == 1)
            try await scenario.when([child.created])
            #expect(try await scenario.achievements(of: child.id).streak.longest == 2)
            #expect(try await scenario.recorded(StreakUpdated.self).map(\.longest) == [1, 2])
            #expect(try await scenario.module.discrepancies().isEmpty)
        }
    }
}
