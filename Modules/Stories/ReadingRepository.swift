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

    /// Finishes a story, and begins it if need be; nil when it is finished already, or left the catalogue.
    func complete(
        _ reader: Reader,
        _ story: StoryID,
        seconds: Int,
        at moment: Date?,
        in tx: borrowing Transaction
    ) async throws -> Finish? {
        // A row that was just inserted has no xmax; one that met a conflict was locked first, which leaves our own there.
        let rows = try await tx.query(
            """
            INSERT INTO stories.reading
                (kid, story, parent, percent, seconds, begun_at, read_at, completed_at)
            SELECT \(reader.kid), id, \(reader.parent), 100, \(seconds), moment, moment, moment
            FROM stories.story, (SELECT coalesce(\(moment), now()) AS moment) AS given
            WHERE id = \(story) AND deleted_at IS NULL
            ON CONFLICT (kid, story) DO UPDATE
            SET percent = 100, seconds = reading.seconds + excluded.seconds, read_at = excluded.read_at,
                completed_at = excluded.completed_at
            WHERE reading.completed_at IS NULL
            RETURNING kid, story, percent, seconds, begun_at, read_at, completed_at, xmax = 0 AS is_begun,
                (SELECT category FROM stories.story WHERE id = reading.story) AS category
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
            return Finish(reading: try Reading(row), isBegun: try row["is_begun"], event: event)
        }
    }
}

/// What became of a reading that was finished.
struct Finish: Sendable {
    let reading: Reading
    /// Whether it was begun at the same moment.
    let isBegun: Bool
    let event: StoryCompleted
}
