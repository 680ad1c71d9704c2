import AchievementEvents
import FoundationEssentials
import Identifiers
import Postgres

extension ProgressRepository {
    /// Counts stories and categories anew.
    func recount(_ kids: [KidID], in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE achievements.kid SET (stories, categories) = (
                SELECT count(*), count(DISTINCT category) FROM achievements.completion WHERE completion.kid = kid.kid
            )
            WHERE kid = ANY (\(kids)) AND NOT deleted
            """
        )
    }

    /// Computes streaks anew and returns those that changed.
    func restreak(_ kids: [KidID], in tx: borrowing Transaction) async throws -> [StreakUpdated] {
        let rows = try await tx.query(
            """
            UPDATE achievements.kid
            SET current_streak = streak.current, longest_streak = streak.longest,
                last_active_day = streak.last_active_day
            FROM achievements.streak JOIN achievements.kid AS old USING (kid)
            WHERE streak.kid = ANY (\(kids)) AND kid.kid = streak.kid AND NOT old.deleted
            RETURNING kid.kid, kid.parent, streak.current, streak.longest,
                      (old.current_streak, old.longest_streak) <> (streak.current, streak.longest) AS changed
            """
        )
        return try rows.filter { try $0["changed"] }.map {
            StreakUpdated(
                kid: try $0["kid"],
                parent: try $0["parent"],
                current: try $0["current"],
                longest: try $0["longest"]
            )
        }
    }

    /// Gives the badges that are due and not yet given, and returns them.
    func award(_ kids: [KidID], at moment: Date, in tx: borrowing Transaction) async throws -> [BadgeEarned] {
        let rows = try await tx.query(
            """
            WITH earned AS (
                INSERT INTO achievements.earned_badge (kid, badge, earned_at)
                SELECT kid, badge, \(moment) FROM achievements.badge_progress JOIN achievements.kid USING (kid)
                WHERE kid = ANY (\(kids)) AND progress >= threshold AND NOT deleted
                ON CONFLICT DO NOTHING RETURNING kid, badge, earned_at
            )
            SELECT kid, parent, badge, earned_at FROM earned JOIN achievements.kid USING (kid)
            JOIN achievements.badge ON slug = badge ORDER BY kid, badge.position
            """
        )
        return try rows.map {
            BadgeEarned(
                kid: try $0["kid"],
                parent: try $0["parent"],
                badge: try $0["badge"],
                earnedAt: try $0["earned_at"]
            )
        }
    }
}
