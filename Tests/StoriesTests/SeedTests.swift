import Foundation
import Identifiers
import Postgres
import TestSupport
import Testing

@testable import Stories

@Suite(.timeLimit(.minutes(5))) struct SeedTests {
    @Test func `every story has one category, known themes, a text and questions with an answer`() throws {
        let catalogue = try Catalogue.embedded()
        #expect(catalogue.stories.count == 30)
        let (categories, themes) = (Set(catalogue.categories.map(\.slug)), Set(catalogue.themes.map(\.slug)))
        for story in catalogue.stories {
            #expect(categories.contains(story.category) && themes.isSuperset(of: story.themes), "\(story.slug)")
            #expect(story.wordCount > 200 && story.durationSeconds > 90, "\(story.slug)")
            #expect(story.questions.allSatisfy { $0.options.indices.contains($0.correctOption) }, "\(story.slug)")
        }
        #expect(Set(catalogue.stories.map(\.id)).count == 30)
    }

    @Test func `a story's identifier follows from its slug`() {
        #expect(StoryID(catalogueSlug: "the-lion-and-the-mouse").description == "e05cf666-e046-80e7-96cc-003eb5b62bd7")
    }

    @Test func `reading aloud takes a minute for 130 words, rounded up to a second`() throws {
        let story = try #require(try Catalogue.embedded().stories.first)
        #expect(story.durationSeconds == Int((Double(story.wordCount) / 130 * 60).rounded(.up)))
    }

    @Test func `seeding again writes nothing`() async throws {
        try await Stage.run { stage in
            let before = try await stage.versions()
            try await stage.module.seed()
            #expect(try await stage.versions() == before)
            #expect(
                before.count == 6 + 13 + 30 * 2 + 60
                    + (try Catalogue.embedded().stories.map(\.themes.count).reduce(0, +))
            )
        }
    }

    @Test func `nodes that start together seed once`() async throws {
        try await withMigratedDatabase { database in
            try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask { try await CatalogueSeed(database: database).run() }
                }
                try await group.waitForAll()
            }
            let rows = try await database.read(
                """
                SELECT (SELECT count(*) FROM stories.story) AS stories,
                       (SELECT count(*) FROM stories.question) AS questions
                """
            )
            #expect(try rows[0]["stories"] == 30)
            #expect(try rows[0]["questions"] == 60)
        }
    }

    @Test func `seeding puts right what differs and leaves deleted what was deleted`() async throws {
        try await Stage.run { stage in
            let stories = try stage.stories()
            let before = try #require(try await stage.catalogue.story(stories[0]))
            try await stage.change("UPDATE stories.story SET title = 'Other', word_count = 1 WHERE id = \(stories[0])")
            try await stage.change("UPDATE stories.story_text SET paragraphs = '{other}' WHERE story = \(stories[0])")
            try await stage.change("DELETE FROM stories.question WHERE story = \(stories[0])")
            try await stage.change("DELETE FROM stories.story_theme WHERE story = \(stories[0])")
            try await stage.change("INSERT INTO stories.story_theme VALUES (\(stories[0]), 'royalty')")
            try await stage.change("UPDATE stories.story SET deleted_at = now() WHERE id = \(stories[1])")
            try await stage.module.seed()
            let after = try #require(try await stage.catalogue.story(stories[0]))
            #expect(after.summary.title == before.summary.title)
            #expect(after.text == before.text && after.themes == before.themes && after.wordCount == before.wordCount)
            #expect(after.questions.map(\.question) == before.questions.map(\.question))
            #expect(try await stage.catalogue.story(stories[1]) == nil)
        }
    }
}

extension Stage {
    /// The version of every row of the catalogue; a write, whatever it writes, changes it.
    fileprivate func versions() async throws -> [String] {
        try await database.read(
            """
            SELECT version FROM (
                SELECT 'category ' || slug || xmin AS version FROM stories.category
                UNION ALL SELECT 'theme ' || slug || xmin FROM stories.theme
                UNION ALL SELECT 'story ' || id || xmin FROM stories.story
                UNION ALL SELECT 'text ' || story || xmin FROM stories.story_text
                UNION ALL SELECT 'link ' || story || theme || xmin FROM stories.story_theme
                UNION ALL SELECT 'question ' || story || position || xmin FROM stories.question
            ) AS versions ORDER BY version
            """
        ).map { try $0["version"] }
    }
}
