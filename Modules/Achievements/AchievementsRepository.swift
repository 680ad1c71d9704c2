import FoundationEssentials
import Identifiers
import Postgres

/// Reads what children have achieved.
struct AchievementsRepository: Sendable {
    let database: Database

    /// One statement and so one moment: numbers and badges agree.
    ///
    /// A child that nothing is known of has nothing yet.
    ///
    /// - Parameter moment: Decides whether the current streak is alive; the database's clock when nil.
    func achievements(of kid: KidID, at moment: Date?) async throws -> KidAchievements {
        try KidAchievements(
            await database.read(
                """
                SELECT coalesce(kid.stories, 0) AS stories, coalesce(longest_streak, 0) AS longest_streak,
                       CASE WHEN last_active_day >= achievements.day_of(kid.parent, coalesce(\(moment), now())) - 1
                            THEN current_streak ELSE 0 END AS current_streak,
                       last_active_day::text,
                       slug AS badge, title, description, badge.threshold,
                       least(badge.threshold, coalesce(progress, 0)) AS progress, earned_at
                FROM achievements.badge
                LEFT JOIN achievements.kid ON kid.kid = \(kid)
                LEFT JOIN achievements.badge_progress AS done ON done.kid = \(kid) AND done.badge = slug
                LEFT JOIN achievements.earned_badge AS earned ON earned.kid = \(kid) AND earned.badge = slug
                ORDER BY badge.position
                """
            )
        )
    }
}
