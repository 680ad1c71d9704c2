import FoundationEssentials
import Identifiers
import Postgres
import StoryEvents

/// Keeps what children read.
///
/// A moment that is nil is now, by the database's clock.
struct ReadingRepository: Sendable {
    let database: Database

    /// Goes on in a story that was begun; nil when it was not, or left the catalogue.
    func advance(
        _ reader: Reader,
        in story: StoryID,
        by step: ReadingStep,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> Reading? {
        try await tx.query(
            """
            UPDATE stories.reading
            SET percent = greatest(percent, \(step.percent)), seconds = seconds + \(step.seconds),
                read_at = coalesce(\(moment), now())
            FROM stories.story
            WHERE kid = \(reader.kid) AND story = \(story) AND story.id = reading.story AND deleted_at IS NULL
            RETURNING kid, story, percent, seconds, begun_at, read_at, completed_at
            """
        ).first.map(Reading.init)
    }

    /// Begins a story; false when it was begun before, or is not there.
    func begin(
        _ story: StoryID,
        by reader: Reader,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> Bool {
        try await tx.execute(
            """
            INSERT INTO stories.reading (kid, story, parent, begun_at, read_at)
            SELECT \(reader.kid), id, \(reader.parent), coalesce(\(moment), now()), coalesce(\(moment), now())
            FROM stories.story WHERE id = \(story) AND deleted_at IS NULL
            ON CONFLICT DO NOTHING
            """
        ) == 1
    }

    /// Finishes a story that was begun; nil when it is finished already, was not begun, or left the catalogue.
    func complete(
        _ reader: Reader,
        _ story: StoryID,
        seconds: Int,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> (reading: Reading, event: StoryCompleted)? {
        let rows = try await tx.query(
            """
            UPDATE stories.reading
            SET percent = 100, seconds = seconds + \(seconds),
                read_at = coalesce(\(moment), now()), completed_at = coalesce(\(moment), now())
            FROM stories.story
            WHERE kid = \(reader.kid) AND story = \(story) AND story.id = reading.story AND deleted_at IS NULL
              AND completed_at IS NULL
            RETURNING kid, story, percent, seconds, begun_at, read_at, completed_at, category
            """
        )
        return try rows.first.map { row in
            let event = StoryCompleted(
                story: story,
                kid: reader.kid,
                parent: reader.parent,
                category: try row["category"],
                seconds: try row["seconds"],
                completedAt: try row["completed_at"]
            )
            return (try Reading(row), event)
        }
    }
}
