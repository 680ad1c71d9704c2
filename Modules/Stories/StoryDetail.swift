import Postgres
import Web

/// A story in full.
///
/// Of the questions it has everything but the answers.
struct StoryDetail: Encodable, Sendable {
    struct Question: Encodable, Sendable {
        let question: String
        let options: [String]

        init(_ row: Row) throws {
            question = try row["question"]
            options = try row["options"]
        }
    }

    let summary: StorySummary
    let description: String
    let origin: String?
    let season: String?
    let backgroundColor: String
    let wordCount: Int
    let themes: [String]
    let text: [String]
    let questions: [Question]

    init(_ row: Row, questions: [Question]) throws {
        summary = try StorySummary(row)
        description = try row["description"]
        origin = try row["origin"]
        season = try row["season"]
        backgroundColor = try row["background_color"]
        wordCount = try row["word_count"]
        themes = try row["themes"]
        text = try row["paragraphs"]
        self.questions = questions
    }

    private enum CodingKeys: CodingKey {
        case description, origin, season, backgroundColor, wordCount, themes, text, questions
    }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var story = encoder.container(keyedBy: CodingKeys.self)
        try story.encode(description, forKey: .description)
        try story.encode(origin, forKey: .origin)
        try story.encode(season, forKey: .season)
        try story.encode(backgroundColor, forKey: .backgroundColor)
        try story.encode(wordCount, forKey: .wordCount)
        try story.encode(themes, forKey: .themes)
        try story.encode(text, forKey: .text)
        try story.encode(questions, forKey: .questions)
    }
}

extension StoryDetail: ResponseBody {
    static let schema = Schema.object(
        "Story",
        "A story in full; of the questions everything but the answers",
        extending: [StorySummary.schema],
        [
            .required(
                "description",
                .string().example("A tiny mouse makes a promise to a very large lion."),
                "What it is about, in a sentence or two"
            ),
            .required("origin", .nullable(.string()).example("Aesop"), "Who told it first"),
            .required("season", .nullable(.enumeration(["spring", "summer", "autumn", "winter"])), "When to tell it"),
            .required("backgroundColor", .string().example("#F4C98B"), "The colour behind it, such as #F4C98B"),
            .required("wordCount", .integer(min: 0).example(285), "How many words it has"),
            .required("themes", .array(.string().example("animals")), "The themes' slugs"),
            .required(
                "text",
                .array(.string().example("A big lion lay asleep in the shade.")),
                "The story, by paragraphs"
            ),
            .required("questions", .array(Question.schema), "What to ask afterwards"),
        ]
    )
}

extension StoryDetail.Question: Described {
    static let schema = Schema.object(
        "StoryQuestion",
        "A question about the story",
        [
            .required("question", .string().example("Where did the mouse run by mistake?"), "What to ask"),
            .required("options", .array(.string().example("Over the lion’s nose")), "The answers to choose from"),
        ]
    )
}
