import FoundationEssentials
import Postgres
import Web

/// What a child has achieved.
struct KidAchievements: Encodable, Sendable {
    struct Streak: Encodable, Sendable {
        let current: Int
        let longest: Int
        let lastActiveDay: String?
    }

    struct Badge: Encodable, Sendable {
        let badge: String
        let title: String
        let description: String
        let threshold: Int
        let progress: Int
        let earnedAt: Date?
    }

    let storiesCompleted: Int
    let streak: Streak
    let badges: [Badge]

    /// Reads one row a badge, each with the child's numbers.
    init(_ rows: Rows) throws {
        storiesCompleted = try rows.first?["stories"] ?? 0
        streak = Streak(
            current: try rows.first?["current_streak"] ?? 0,
            longest: try rows.first?["longest_streak"] ?? 0,
            lastActiveDay: try rows.first.flatMap { try $0["last_active_day"] }
        )
        badges = try rows.map(Badge.init)
    }
}

extension KidAchievements.Badge {
    init(_ row: Row) throws {
        badge = try row["badge"]
        title = try row["title"]
        description = try row["description"]
        threshold = try row["threshold"]
        progress = try row["progress"]
        earnedAt = try row["earned_at"]
    }
}

extension KidAchievements: ResponseBody {
    static let schema = Schema.object(
        "Achievements",
        "What a child has achieved",
        [
            .required("storiesCompleted", .integer(min: 0), "How many stories the child has finished"),
            .required("streak", Streak.schema),
            .required("badges", .array(Badge.schema), "Every badge there is, earned or not"),
        ]
    )
}

extension KidAchievements.Streak: Described {
    static let schema = Schema.object(
        "Streak",
        "Days in a row with a finished story",
        [
            .required("current", .integer(min: 0), "Up to today or yesterday; 0 when both were missed"),
            .required("longest", .integer(min: 0), "The most ever"),
            .optional(
                "lastActiveDay",
                .string(format: .date),
                "The last day with a finished story, in the family's time zone"
            ),
        ]
    )
}

extension KidAchievements.Badge: Described {
    static let schema = Schema.object(
        "Badge",
        "A badge and how near the child is to it",
        [
            .required("badge", .string().example("first-story"), "The badge's slug"),
            .required("title", .string().example("First Story"), "Its name, to be shown"),
            .required("description", .string().example("Finish your first story"), "What it takes"),
            .required("threshold", .integer(min: 1), "How much it takes"),
            .required("progress", .integer(min: 0), "How much of it the child has, at most the threshold"),
            .optional("earnedAt", .dateTime, "When the child earned it"),
        ]
    )
}
