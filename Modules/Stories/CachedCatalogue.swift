import Cache
import Identifiers
import ModuleInterface
import Web

/// Reads the catalogue, through the cache if there is one, as JSON that is ready to be sent.
struct CachedCatalogue: Sendable {
    let repository: CatalogueRepository
    let cache: Cache?

    /// A number that rises whenever a value of this group is voided.
    func version(of group: CacheGroup) -> @Sendable () -> Int {
        guard let cache else { return { 0 } }
        return cache.version(of: group)
    }

    func categories() async throws -> Encoded<Page<CatalogueTag>> {
        let page = try await cache.encoded(CacheGroup.categories.key()) { [repository] in
            Page(try await repository.categories())
        }
        return try page ?? Encoded(Page([]))
    }

    func themes() async throws -> Encoded<Page<CatalogueTag>> {
        let page = try await cache.encoded(CacheGroup.themes.key()) { [repository] in
            Page(try await repository.themes())
        }
        return try page ?? Encoded(Page([]))
    }

    func story(_ id: StoryID) async throws -> Encoded<StoryDetail>? {
        try await cache.encoded(CacheGroup.story.key("\(id)")) { [repository] in try await repository.story(id) }
    }

    /// A page of a list. The first one is asked for by many, unless somebody searches.
    func stories(
        _ query: CatalogueQuery,
        after position: CataloguePosition?,
        limit: Int
    ) async throws -> Encoded<Page<StorySummary>> {
        let load = { @Sendable [repository] () -> Page<StorySummary>? in
            let found = try await repository.stories(query, after: position ?? CataloguePosition(), limit: limit + 1)
            return try Page(found, limit: limit) { CataloguePosition(title: $0.title, id: $0.id) }
        }
        let isShared = position == nil && query.words.isEmpty
        let key = CacheGroup.storyList.key(query.filters, variant: "\(limit)")
        return try await (isShared ? cache : nil).encoded(key, load: load) ?? Encoded(Page([]))
    }

    /// Before anybody asks: what an app shows first.
    var warmings: [CacheWarmer.Warming] {
        [
            .init("categories", every: .seconds(30)) { _ = try await categories() },
            .init("themes", every: .seconds(30)) { _ = try await themes() },
            .init("stories", every: .seconds(30)) {
                _ = try await stories(CatalogueQuery(), after: nil, limit: Paging.standardLimit)
            },
        ]
    }
}

extension CatalogueQuery {
    /// The filters as text that differs where they do.
    fileprivate var filters: String {
        let parts: [String?] = [category, theme, age.map(String.init), language, recommended.map { "\($0)" }]
        return parts.map { $0.map { "\($0.utf8.count)=\($0)" } ?? "" }.joined(separator: ",")
    }
}
