import Identifiers
import Postgres

extension ReadingRepository {
    /// A part of a shelf, what was read last first.
    func library(
        of kid: KidID,
        shelf: Shelf,
        after position: ShelfPosition,
        limit: Int
    ) async throws -> [LibraryItem] {
        try await database.read(
            """
            SELECT id, slug, title, cover_image_url, language, age_min, age_max, category, ai_generated, recommended,
                   duration_seconds, created_at, percent, seconds, read_at, completed_at
            FROM stories.reading JOIN stories.story ON story.id = reading.story
            WHERE kid = \(kid) AND (completed_at IS NOT NULL) = \(shelf == .completed) AND deleted_at IS NULL
              AND (read_at, story) < (\(position.moment), \(position.story))
            ORDER BY read_at DESC, story DESC
            LIMIT \(limit)
            """
        ).map(LibraryItem.init)
    }
}
