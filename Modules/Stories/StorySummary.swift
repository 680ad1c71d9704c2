import FoundationEssentials
import Identifiers
import Postgres
import StrictJSON
import Web

/// A story as lists show it: everything but the story itself.
struct StorySummary: Encodable, Sendable {
    let id: StoryID
    let slug: String
    let title: String
    /// JSON, so that a missing cover is written as `null`.
    let coverImageUrl: JSON
    let language: String
    let ageMin: Int
    let ageMax: Int
    let category: String
    let aiGenerated: Bool
    let recommended: Bool
    let durationSeconds: Int
    let createdAt: Date

    init(_ row: Row) throws {
        id = try row["id"]
        slug = try row["slug"]
        title = try row["title"]
        coverImageUrl = (try row["cover_image_url"] as String?).map(JSON.string) ?? .null
        language = try row["language"]
        ageMin = try row["age_min"]
        ageMax = try row["age_max"]
        category = try row["category"]
        aiGenerated = try row["ai_generated"]
        recommended = try row["recommended"]
        durationSeconds = try row["duration_seconds"]
        createdAt = try row["created_at"]
    }
}

extension StorySummary: ResponseBody {
    static let schema = Schema.object(
        "StorySummary",
        "A story as lists show it",
        [
            .required("id", .id, "The same in every installation for stories of the built-in catalogue"),
            .required("slug", .string().example("the-lion-and-the-mouse"), "The story's name in addresses"),
            .required("title", .string().example("The Lion and the Mouse"), "The title"),
            .required(
                "coverImageUrl",
                .nullable(.string()).example("https://storytime.dev/covers/lion.webp"),
                "The cover; null when there is none"
            ),
            .required("language", .string().example("en"), "The language it is written in, such as en"),
            .required("ageMin", .integer(min: 0).example(3), "The youngest age it suits"),
            .required("ageMax", .integer(min: 0).example(5), "The oldest age it suits"),
            .required("category", .string().example("kindness"), "The category's slug"),
            .required("aiGenerated", .boolean, "Whether a model wrote it"),
            .required("recommended", .boolean, "Whether the editors recommend it"),
            .required("durationSeconds", .integer(min: 0).example(132), "How long reading it aloud takes"),
            .required("createdAt", .dateTime, "When it joined the catalogue"),
        ]
    )
}
