import FoundationEssentials
import Identifiers
import Postgres
import Web

/// How far a child has come in a story.
struct Reading: Encodable, Sendable {
    let kid: KidID
    let story: StoryID
    let percent: Int
    let seconds: Int
    let begunAt: Date
    let readAt: Date
    let completedAt: Date?

    init(_ row: Row) throws {
        kid = try row["kid"]
        story = try row["story"]
        percent = try row["percent"]
        seconds = try row["seconds"]
        begunAt = try row["begun_at"]
        readAt = try row["read_at"]
        completedAt = try row["completed_at"]
    }
}

extension Reading: ResponseBody {
    static let schema = Schema.object(
        "Reading",
        "How far a child has come in a story",
        extending: [progress],
        [
            .required("kid", .id, "The child"),
            .required("story", .id, "The story"),
            .required("begunAt", .dateTime, "When it was begun"),
        ]
    )

    static let progress = Schema.object(
        "ReadingProgress",
        "How much of a story a child has read",
        [
            .required("percent", .integer(min: 0, max: 100).example(50), "How far the child ever came"),
            .required("seconds", .integer(min: 0).example(240), "How long the child has read it in all"),
            .required("readAt", .dateTime, "When it was read last"),
            .optional("completedAt", .dateTime, "When it was finished for the first time"),
        ]
    )
}

/// A reading that is complete, and whether it is so because of this very request.
struct Completion: Encodable, Sendable {
    let reading: Reading
    let first: Bool

    private enum CodingKeys: CodingKey {
        case first
    }

    func encode(to encoder: any Encoder) throws {
        try reading.encode(to: encoder)
        var completion = encoder.container(keyedBy: CodingKeys.self)
        try completion.encode(first, forKey: .first)
    }
}

extension Completion: ResponseBody {
    static let schema = Schema.object(
        "Completion",
        "A reading that is complete",
        extending: [Reading.schema],
        [.required("first", .boolean, "Whether this request finished it")]
    )
}
