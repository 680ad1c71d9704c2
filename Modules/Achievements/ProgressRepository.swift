import AchievementEvents
import FoundationEssentials
import Identifiers
import Postgres
import StoryEvents

/// Writes facts and what is derived from them.
///
/// Locks: a completion takes its child's row and shares the family's; what concerns the family as a whole takes the
/// family's row and so waits for all of its children's completions at work, and they for it.
struct ProgressRepository: Sendable {
    func lockFamily(_ parent: UserID, in tx: borrowing Transaction) async throws {
        tx.send("INSERT INTO achievements.family (parent) VALUES (\(parent)) ON CONFLICT DO NOTHING")
        try await tx.query("SELECT FROM achievements.family WHERE parent = \(parent) FOR UPDATE")
    }

    /// Locks a child, known or not yet.
    func lock(_ kid: Kid, in tx: borrowing Transaction) async throws {
        tx.send("INSERT INTO achievements.family (parent) VALUES (\(kid.parent)) ON CONFLICT DO NOTHING")
        tx.send("SELECT FROM achievements.family WHERE parent = \(kid.parent) FOR KEY SHARE")
        tx.send(
            "INSERT INTO achievements.kid (kid, parent) VALUES (\(kid.id), \(kid.parent)) ON CONFLICT DO NOTHING"
        )
        try await tx.query("SELECT FROM achievements.kid WHERE kid = \(kid.id) FOR UPDATE")
    }

    /// Notes that a child is there or gone, unless something later is known.
    func note(_ kid: Kid, deleted: Bool, position: Int, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO achievements.kid AS old (kid, parent, deleted, position)
            VALUES (\(kid.id), \(kid.parent), \(deleted), \(position))
            ON CONFLICT (kid) DO UPDATE SET (deleted, position) = (excluded.deleted, excluded.position)
            WHERE old.position < excluded.position
            """
        )
    }

    func note(zone: String, of parent: UserID, since moment: Date, in tx: borrowing Transaction) {
        tx.send(
            """
            INSERT INTO achievements.time_zone (parent, since, zone) VALUES (\(parent), \(moment), \(zone))
            ON CONFLICT DO NOTHING
            """
        )
    }

    /// Keeps a completion and its day; both may be known.
    func keep(
        _ event: StoryCompleted,
        in tx: borrowing Transaction
    ) async throws -> (isNew: Bool, isNewDay: Bool) {
        let rows = try await tx.query(
            """
            WITH fresh AS (
                INSERT INTO achievements.completion (kid, story, category, completed_at)
                VALUES (\(event.kid), \(event.story), \(event.category), \(event.completedAt))
                ON CONFLICT DO NOTHING RETURNING kid, completed_at
            ), day AS (
                INSERT INTO achievements.active_day (kid, day)
                SELECT kid, achievements.day_of(\(event.parent), completed_at) FROM fresh
                ON CONFLICT DO NOTHING RETURNING day
            )
            SELECT EXISTS (SELECT FROM fresh) AS fresh, EXISTS (SELECT FROM day) AS day
            """
        )
        return (try rows[0]["fresh"], try rows[0]["day"])
    }

    func kids(of parent: UserID, in tx: borrowing Transaction) async throws -> [KidID] {
        try await tx.query("SELECT kid FROM achievements.kid WHERE parent = \(parent)").map { try $0["kid"] }
    }

    /// Makes the days of a family's children what their completions and the time zones known by now say.
    func redate(_ parent: UserID, in tx: borrowing Transaction) {
        tx.send(
            """
            WITH lived AS MATERIALIZED (
                SELECT DISTINCT kid, achievements.day_of(parent, completed_at) AS day
                FROM achievements.completion JOIN achievements.kid USING (kid) WHERE parent = \(parent)
            ), gone AS (
                DELETE FROM achievements.active_day USING achievements.kid
                WHERE kid.kid = active_day.kid AND parent = \(parent)
                  AND (active_day.kid, day) NOT IN (SELECT kid, day FROM lived)
            )
            INSERT INTO achievements.active_day (kid, day) SELECT kid, day FROM lived ON CONFLICT DO NOTHING
            """
        )
    }
}
