import Cache
import HTTPTypes
import Identifiers
import Web

/// The catalogue over HTTP.
///
/// It is open to anyone: there is nothing personal in it.
struct CatalogueRoutes: Sendable {
    let catalogue: CachedCatalogue

    /// How old what clients see of the catalogue may be.
    private static let lifetime = Duration.seconds(60)

    var endpoints: [Endpoint] { [list, detail, categories, themes] }

    private var list: Endpoint {
        Endpoint(
            .get,
            "/v1/stories",
            "listStories",
            "List stories by title",
            access: .anyone,
            query: [
                .string("category", "Only of this category, by slug", max: 64),
                .string("theme", "Only with this theme, by slug", max: 64),
                .integer("age", 0...18, "Only for this age"),
                .string("language", "Only in this language, such as en", max: 8),
                .boolean("recommended", "Only those the editors recommend, or only the others"),
                .string("q", "Words that title or description contain, all of them", max: 100),
            ] + .paging,
            returns: .ok(encoded: Page<StorySummary>.self)
        ) { request in
            let paging = try request.paging
            let position: CataloguePosition? = try paging.cursor.map { try Cursor.decode($0) }
            let query = CatalogueQuery(request.query)
            let found = try await catalogue.stories(query, after: position, limit: paging.limit)
            return .ok(try found.sealed(by: paging))
        }
        .shared(for: Self.lifetime, version: catalogue.version(of: .storyList))
    }

    private var detail: Endpoint {
        Endpoint(
            .get,
            "/v1/stories/{story}",
            "getStory",
            "Read a story",
            access: .anyone,
            returns: .ok(encoded: StoryDetail.self),
            fails: [.notFound]
        ) { request in
            guard let story = try await catalogue.story(try request.id("story")) else {
                throw StoriesError.noSuchStory
            }
            return .ok(story)
        }
        .shared(for: Self.lifetime, version: catalogue.version(of: .story))
    }

    private var categories: Endpoint {
        Endpoint(
            .get,
            "/v1/categories",
            "listCategories",
            "List the categories",
            access: .anyone,
            returns: .ok(encoded: Page<CatalogueTag>.self)
        ) { _ in .ok(try await catalogue.categories()) }
        .shared(for: Self.lifetime, version: catalogue.version(of: .categories))
    }

    private var themes: Endpoint {
        Endpoint(
            .get,
            "/v1/themes",
            "listThemes",
            "List the themes",
            access: .anyone,
            returns: .ok(encoded: Page<CatalogueTag>.self)
        ) { _ in .ok(try await catalogue.themes()) }
        .shared(for: Self.lifetime, version: catalogue.version(of: .themes))
    }
}

extension CatalogueQuery {
    fileprivate init(_ query: QueryValues) {
        category = query["category"]
        theme = query["theme"]
        age = query.integer("age")
        language = query["language"]
        recommended = query.boolean("recommended")
        words = query["q"] ?? ""
    }
}
