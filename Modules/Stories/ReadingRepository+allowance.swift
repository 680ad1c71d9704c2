import FoundationEssentials
import Identifiers
import Postgres

extension ReadingRepository {
    /// What the family's plan allows on its present day, which ends at midnight of its time zone.
    func allowance(
        of reader: Reader,
        withoutPlan: Int,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> Allowance {
        let rows = try await tx.query(
            """
            WITH today AS (
                SELECT moment, (moment AT TIME ZONE \(reader.timeZone))::date AS day
                FROM (SELECT coalesce(\(moment), now()) AS moment) AS given
            ), next AS (
                SELECT (day + 1)::timestamp AT TIME ZONE \(reader.timeZone) AS midnight FROM today
            )
            SELECT midnight AS resets_at,
                   ceil(extract(epoch FROM midnight - moment))::bigint AS seconds_until_reset,
                   coalesce((SELECT stories_per_day FROM stories.entitlement WHERE parent = \(reader.parent)),
                            \(withoutPlan)) AS stories_per_day
            FROM today, next
            """
        )
        return try Allowance(rows[0])
    }

    /// Counts one more story of the family's present day; false when the allowance is used up.
    ///
    /// Locks the family's day until the commit.
    func take(
        for reader: Reader,
        withoutPlan: Int,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            WITH plan AS (
                SELECT coalesce((SELECT stories_per_day FROM stories.entitlement WHERE parent = \(reader.parent)),
                                \(withoutPlan)) AS stories
            )
            INSERT INTO stories.begun AS today (parent, day, stories)
            SELECT \(reader.parent), (coalesce(\(moment), now()) AT TIME ZONE \(reader.timeZone))::date, 1
            FROM plan WHERE plan.stories > 0
            ON CONFLICT (parent, day) DO UPDATE SET stories = today.stories + 1
            WHERE today.stories < (SELECT stories FROM plan)
            """
        ) == 1
    }
}
