import Identifiers
import Postgres
import StrictJSON

/// Writes the embedded catalogue to the database, in as many statements whatever its size.
///
/// Each statement takes its rows as one JSON document and touches only what differs, so a second run writes nothing.
struct CatalogueSeed {
    let database: Database

    func run() async throws {
        let catalogue = try Catalogue.embedded()
        let categories = try Self.document(catalogue.categories)
        let themes = try Self.document(catalogue.themes)
        let stories = try Self.document(catalogue.stories.map(SeedStory.init))
        var options = TransactionOptions()
        options.statementTimeout = .seconds(30)
        try await database.transaction(options) { tx in
            // Two nodes that start together seed one after the other.
            tx.send("LOCK TABLE stories.story IN SHARE ROW EXCLUSIVE MODE")
            tx.send(Self.writingCategories(categories))
            tx.send(Self.writingThemes(themes))
            tx.send(Self.writingStories(stories))
            tx.send(Self.writingTexts(stories))
            tx.send(Self.removingThemes(stories))
            tx.send(Self.addingThemes(stories))
            tx.send(Self.removingQuestions(stories))
            tx.send(Self.writingQuestions(stories))
        }
    }

    private static func document(_ rows: some Encodable) throws -> RawJSON {
        RawJSON(utf8: try JSON(encoding: rows).bytes)
    }
}

/// An entry of the catalogue with what is derived from it.
private struct SeedStory: Encodable {
    let entry: Catalogue.Entry

    private enum CodingKeys: CodingKey {
        case id, wordCount, durationSeconds
    }

    func encode(to encoder: any Encoder) throws {
        try entry.encode(to: encoder)
        var derived = encoder.container(keyedBy: CodingKeys.self)
        try derived.encode(entry.id, forKey: .id)
        try derived.encode(entry.wordCount, forKey: .wordCount)
        try derived.encode(entry.durationSeconds, forKey: .durationSeconds)
    }
}
