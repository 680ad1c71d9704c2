import Identifiers
import Postgres

/// Reads the catalogue, which changes rarely: from the replica if there is one.
struct CatalogueRepository: Sendable {
    let database: Database

    /// One statement for every combination of filters, in the order of an index: what is nil filters nothing.
    func stories(_ query: CatalogueQuery, after position: CataloguePosition, limit: Int) async throws -> [StorySummary]
    {
        try await database.read(Self.listing(query, after: position, limit: limit), from: .replica)
            .map(StorySummary.init)
    }

    static func listing(_ query: CatalogueQuery, after position: CataloguePosition, limit: Int) -> Statement {
        """
        SELECT id, slug, title, cover_image_url, language, age_min, age_max, category, ai_generated, recommended,
               duration_seconds, created_at
        FROM stories.story
        WHERE deleted_at IS NULL
          AND (title, id) > (\(position.title), \(position.id))
          AND category = coalesce(\(query.category), category)
          AND language = coalesce(\(query.language), language)
          AND recommended = coalesce(\(query.recommended), recommended)
          AND coalesce(\(query.age), age_min) BETWEEN age_min AND age_max
          AND title || ' ' || description ILIKE ALL (\(query.patterns))
          AND (\(query.theme) IS NULL
               OR \(query.theme) IN (SELECT theme FROM stories.story_theme WHERE story_theme.story = story.id))
        ORDER BY title, id
        LIMIT \(limit)
        """
    }

    func story(_ id: StoryID) async throws -> StoryDetail? {
        async let questions = database.read(
            "SELECT question, options FROM stories.question WHERE story = \(id) ORDER BY position",
            from: .replica
        )
        let found = try await database.read(
            """
            SELECT story.*, paragraphs,
                   ARRAY(SELECT theme FROM stories.story_theme WHERE story = story.id ORDER BY theme) AS themes
            FROM stories.story AS story JOIN stories.story_text ON story_text.story = story.id
            WHERE story.id = \(id) AND deleted_at IS NULL
            """,
            from: .replica
        )
        let asked = try await questions.map(StoryDetail.Question.init)
        return try found.first.map { try StoryDetail($0, questions: asked) }
    }

    func categories() async throws -> [CatalogueTag] {
        try await database.read(
            "SELECT slug, name, description FROM stories.category ORDER BY position, slug",
            from: .replica
        )
        .map(CatalogueTag.init)
    }

    func themes() async throws -> [CatalogueTag] {
        try await database.read(
            "SELECT slug, name, description FROM stories.theme ORDER BY position, slug",
            from: .replica
        )
        .map(CatalogueTag.init)
    }
}
