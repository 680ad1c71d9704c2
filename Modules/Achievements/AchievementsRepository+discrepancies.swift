import Postgres

extension AchievementsRepository {
    /// Derives days, counts, streaks and badges from the completions and tells where the tables say otherwise.
    func discrepancies() async throws -> [String] {
        var options = TransactionOptions()
        options.readOnly = true
        options.statementTimeout = .seconds(60)
        return try await database.transaction(options) { tx in
            try await tx.query(Self.comparison).map { try $0["discrepancy"] }
        }
    }

    private static let comparison: Statement =
        """
        WITH derived_day AS (
            SELECT DISTINCT kid, achievements.day_of(parent, completed_at) AS day
            FROM achievements.completion JOIN achievements.kid USING (kid)
        ), derived AS (
            SELECT kid, count(*) AS stories, count(DISTINCT category) AS categories
            FROM achievements.completion GROUP BY kid
        )
        SELECT 'kid ' || kid || ': ' || what AS discrepancy FROM (
            SELECT kid, 'day ' || day || ' is missing' AS what
            FROM (TABLE derived_day EXCEPT TABLE achievements.active_day) AS missing
            UNION ALL
            SELECT kid, 'day ' || day || ' has no completion'
            FROM (TABLE achievements.active_day EXCEPT TABLE derived_day) AS idle
            UNION ALL
            SELECT kid, 'stories and categories are ' || live::text || ' instead of ' || wanted::text
            FROM (
                SELECT kid, (kid.stories, kid.categories) AS live,
                       (coalesce(derived.stories, 0), coalesce(derived.categories, 0)) AS wanted
                FROM achievements.kid LEFT JOIN derived USING (kid) WHERE NOT deleted
            ) AS counts WHERE live::text <> wanted::text
            UNION ALL
            SELECT kid, 'streak is ' || live::text || ' instead of ' || wanted::text
            FROM (
                SELECT kid, (current_streak, longest_streak, kid.last_active_day) AS live,
                       (coalesce(current, 0), coalesce(longest, 0), streak.last_active_day) AS wanted
                FROM achievements.kid LEFT JOIN achievements.streak USING (kid) WHERE NOT deleted
            ) AS streaks WHERE live::text <> wanted::text
            UNION ALL
            SELECT kid, 'badge ' || badge || ' is due'
            FROM achievements.badge_progress JOIN achievements.kid USING (kid)
            LEFT JOIN achievements.earned_badge USING (kid, badge)
            WHERE progress >= threshold AND earned_at IS NULL AND NOT deleted
        ) AS found ORDER BY 1
        """
}
