import AchievementEvents
import EventTesting
import Events
import Foundation
import Identifiers
import Postgres
import StoryEvents
import Testing

@testable import Achievements

@Suite(.timeLimit(.minutes(5))) struct OrderTests {
    @Test(arguments: ["UTC", "Pacific/Auckland", "America/Los_Angeles"])
    func `any order and any repetition of the same completions comes to the same`(_ zone: String) async throws {
        try await Scenario.run { scenario in
            var random = SystemRandomNumberGenerator()
            for _ in 1...4 {
                let child = Child(in: zone)
                let stories = try child.randomCompletions(30, using: &random)
                let expected = try Expectation(stories, in: zone)
                let repeated = stories + (0..<20).map { _ in stories[Int.random(in: 0..<30, using: &random)] }
                var rest = repeated.shuffled(using: &random)[...]
                try await scenario.when([child.created])
                while !rest.isEmpty {
                    let batch = rest.prefix(Int.random(in: 1...20, using: &random))
                    try await scenario.when(Array(batch))
                    rest = rest.dropFirst(batch.count)
                }
                try await scenario.check(child, expected)
            }
            _ = try await scenario.replay()
            #expect(try await scenario.module.discrepancies().isEmpty)
        }
    }

    @Test func `the check of live against derived finds what was tampered with`() async throws {
        try await Scenario.run { scenario in
            let child = Child()
            try await scenario.when([child.created] + child.completedDaily(from: "2026-03-01T12:00:00Z", days: 3))
            #expect(try await scenario.module.discrepancies().isEmpty)
            for (statement, finding) in [
                ("UPDATE achievements.kid SET stories = 2", "stories and categories are (2,1) instead of (3,1)"),
                ("DELETE FROM achievements.active_day WHERE day = '2026-03-02'", "day 2026-03-02 is missing"),
                (
                    "INSERT INTO achievements.active_day SELECT kid, '2026-05-01' FROM achievements.kid",
                    "day 2026-05-01 has no completion"
                ),
                (
                    "UPDATE achievements.kid SET stories = 3; DELETE FROM achievements.earned_badge",
                    "badge first-story is due"
                ),
                ("UPDATE achievements.kid SET longest_streak = 9", "streak is (3,9,2026-03-03) instead of"),
            ] {
                for part in statement.split(separator: "; ") {
                    try await scenario.database.transaction { tx in try await tx.query("\(raw: String(part))") }
                }
                #expect(try await scenario.module.discrepancies().contains { $0.contains(finding) }, "\(finding)")
            }
        }
    }
}

extension Child {
    /// Stories finished at random moments of 24 days in spring, in which clocks change in both hemispheres.
    fileprivate func randomCompletions(
        _ count: Int,
        using random: inout SystemRandomNumberGenerator
    ) throws -> [StoryCompleted] {
        let categories = ["kindness", "courage", "honesty", "cleverness", "perseverance", "friendship"]
        let start = try Date("2026-03-20T00:00:00Z", strategy: .iso8601)
        return (0..<count).map { _ in
            completed(
                start.addingTimeInterval(Double(Int.random(in: 0..<24 * 86_400, using: &random))),
                category: categories[Int.random(in: 0..<categories.count, using: &random)]
            )
        }
    }
}

/// What completions come to, computed without the database.
private struct Expectation {
    var days: [Int] = []
    var longest = 0
    var last = 0
    let stories: Int
    let categories: Int

    init(_ completions: [StoryCompleted], in zone: String) throws {
        let timeZone = try #require(TimeZone(identifier: zone))
        days = Set(
            completions.map { completion in
                let local =
                    completion.completedAt.timeIntervalSince1970
                    + Double(timeZone.secondsFromGMT(for: completion.completedAt))
                return Int((local / 86_400).rounded(.down))
            }
        ).sorted()
        stories = completions.count
        categories = Set(completions.map(\.category)).count
        var previous: Int?
        for day in days {
            last = previous == day - 1 ? last + 1 : 1
            longest = max(longest, last)
            previous = day
        }
    }

    var badges: Set<String> {
        var badges: Set<String> = []
        for (badge, threshold) in ["first-story": 1, "explorer": 5, "bookworm": 10, "story-lover": 25]
        where stories >= threshold { badges.insert(badge) }
        for threshold in [3, 7, 14, 30] where longest >= threshold { badges.insert("streak-\(threshold)") }
        if categories == 6 { badges.insert("all-categories") }
        return badges
    }
}

extension Scenario<AchievementsModule> {
    fileprivate func check(_ child: Child, _ expected: Expectation) async throws {
        let rows = try await database.read(
            "SELECT stories, categories, current_streak, longest_streak FROM achievements.kid WHERE kid = \(child.id)"
        )
        #expect(try rows[0]["stories"] == expected.stories)
        #expect(try rows[0]["categories"] == expected.categories)
        #expect(try rows[0]["current_streak"] == expected.last)
        #expect(try rows[0]["longest_streak"] == expected.longest)
        let days = try await database.read(
            "SELECT day - date '1970-01-01' AS day FROM achievements.active_day WHERE kid = \(child.id) ORDER BY day"
        )
        #expect(try days.map { try $0["day"] as Int } == expected.days)
        let badges = try await recorded(BadgeEarned.self).filter { $0.kid == child.id }.map(\.badge)
        #expect(Set(badges) == expected.badges && badges.count == expected.badges.count)
    }
}
