import Foundation
import Identifiers
import Postgres
import StrictJSON
import TestSupport
import Testing

@testable import Stories

@Suite(.timeLimit(.minutes(5))) struct CatalogueTests {
    @Test func `a list needs no table but those of light items and themes`() async throws {
        try await Stage.run { stage in
            try await stage.change("DROP TABLE stories.story_text")
            try await stage.change("DROP TABLE stories.question")
            let query = CatalogueQuery(theme: "animals", words: "mouse")
            let found = try await stage.catalogue.stories(query, after: CataloguePosition(), limit: 100)
            #expect(found.contains { $0.slug == "the-lion-and-the-mouse" })
        }
    }

    @Test func `every filter finds exactly what the catalogue's file says`() async throws {
        try await Stage.run { stage in
            let all = try Catalogue.embedded().stories
            func check(_ query: CatalogueQuery, _ fits: (Catalogue.Entry) -> Bool) async throws {
                let found = try await stage.catalogue.stories(query, after: CataloguePosition(), limit: 100)
                let wanted = all.filter(fits).map(\.slug)
                #expect(Set(found.map(\.slug)) == Set(wanted) && found.count == wanted.count, "\(query)")
            }
            try await check(CatalogueQuery()) { _ in true }
            try await check(CatalogueQuery(category: "courage")) { $0.category == "courage" }
            try await check(CatalogueQuery(theme: "forest")) { $0.themes.contains("forest") }
            try await check(CatalogueQuery(age: 7)) { $0.ageMin <= 7 && 7 <= $0.ageMax }
            try await check(CatalogueQuery(language: "en")) { _ in true }
            try await check(CatalogueQuery(language: "de")) { _ in false }
            try await check(CatalogueQuery(recommended: true)) { $0.recommended }
            try await check(CatalogueQuery(recommended: false)) { !$0.recommended }
            try await check(CatalogueQuery(theme: "animals", age: 4, recommended: true)) {
                $0.themes.contains("animals") && $0.ageMin <= 4 && 4 <= $0.ageMax && $0.recommended
            }
        }
    }

    @Test func `search wants every word, in any case, and takes nothing for a pattern`() async throws {
        try await Stage.run { stage in
            try await stage.change(
                "UPDATE stories.story SET description = '100% of a_b \\ c' WHERE slug = 'the-lion-and-the-mouse'"
            )
            func slugs(_ words: String) async throws -> [String] {
                try await stage.catalogue.stories(CatalogueQuery(words: words), after: CataloguePosition(), limit: 100)
                    .map(\.slug)
            }
            #expect(try await slugs("MOUSE lion") == ["the-lion-and-the-mouse"])
            #expect(try await slugs("mouse zebra").isEmpty)
            #expect(try await slugs("%") == ["the-lion-and-the-mouse"])
            #expect(try await slugs("a_b") == ["the-lion-and-the-mouse"])
            #expect(try await slugs("a%b").isEmpty)
            #expect(try await slugs("\\") == ["the-lion-and-the-mouse"])
            #expect(try await slugs("'; DROP TABLE stories.story; --").isEmpty)
            #expect(try await slugs("  ").count == 30)
        }
    }

    @Test func `pages neither repeat nor skip while stories are added`() async throws {
        try await Stage.run { stage in
            try await TestAPI.serving([stage.module.endpoints]) { api in
                var (titles, cursor, pages): ([String], String?, Int) = ([], nil, 0)
                repeat {
                    let answer = try await api("GET", "/v1/stories?limit=7" + (cursor.map { "&cursor=\($0)" } ?? ""))
                    #expect(answer.status == 200)
                    titles += (answer.json["data"]?.array ?? []).compactMap { $0["title"]?.string }
                    cursor = answer.json["nextCursor"]?.string
                    #expect(answer.json["hasMore"]?.bool == (cursor != nil))
                    pages += 1
                    try await stage.add(title: "A new one \(pages)")
                    try await stage.add(title: "The Lion and the Mouse")
                } while cursor != nil
                let known = Set(try Catalogue.embedded().stories.map(\.title))
                let seen = titles.filter { $0 != "The Lion and the Mouse" }
                #expect(seen.count == 29 && Set(seen) == known.subtracting(["The Lion and the Mouse"]))
                #expect(titles.contains("The Lion and the Mouse"))
            }
        }
    }

    @Test func `a list item has these members and a story its text, but no answers`() async throws {
        try await Stage.run { stage in
            try await TestAPI.serving([stage.module.endpoints]) { api in
                let item = try #require(try await api("GET", "/v1/stories?limit=1").json["data"]?.array?.first)
                #expect(
                    item.names == [
                        "id", "slug", "title", "coverImageUrl", "language", "ageMin", "ageMax", "category",
                        "aiGenerated",
                        "recommended", "durationSeconds", "createdAt",
                    ]
                )
                #expect(item["coverImageUrl"] == .null)
                let story = try await api("GET", "/v1/stories/\(item["id"]?.string ?? "")")
                #expect(story.json["title"] == item["title"])
                #expect((story.json["text"]?.array?.count ?? 0) > 3 && (story.json["themes"]?.array?.isEmpty == false))
                #expect(story.json["questions"]?.array?.first?.names == ["question", "options"])
                #expect(try await api("GET", "/v1/categories").json["data"]?.array?.count == 6)
                #expect(try await api("GET", "/v1/themes").json["data"]?.array?.count == 13)
            }
        }
    }

    @Test func `what a client makes up is told apart`() async throws {
        try await Stage.run { stage in
            try await TestAPI.serving([stage.module.endpoints]) { api in
                #expect(try await api("GET", "/v1/stories/\(StoryID.new())").problem == "404 RESOURCE_NOT_FOUND")
                let key = CataloguePosition(title: "A", id: .new())
                for cursor in [
                    "nonsense", "e30", try Cursor.encode(key), try Cursor.encode(key) + ".AAAAAAAAAAAAAAAAAAAA",
                ] {
                    let answer = try await api("GET", "/v1/stories?cursor=\(cursor)")
                    #expect(answer.problem == "400 MALFORMED_REQUEST", "\(cursor)")
                }
                #expect(try await api("GET", "/v1/stories?age=400").errors == ["age: maximum"])
            }
        }
    }
}

extension JSON {
    fileprivate var names: [String] { object?.members.map(\.name) ?? [] }
}

extension Stage {
    fileprivate func add(title: String) async throws {
        try await change(
            """
            INSERT INTO stories.story (id, slug, title, description, language, background_color, age_min, age_max,
                                       category, word_count, duration_seconds)
            VALUES (\(StoryID.new()), \(StoryID.new().description), \(title), '', 'en', '#FFFFFF', 3, 5,
                    'courage', 0, 0)
            """
        )
    }
}
