import FoundationEssentials
import Identifiers
import Postgres
import StrictJSON
import Web

/// Tags a notification's identifier, which is that of the event it tells of.
enum NotificationEntity {}

typealias NotificationID = Identifier<NotificationEntity>

/// A notification as the app shows it.
struct NotificationItem: Encodable, Sendable, Described {
    let id: NotificationID
    let category: String
    let title: String
    let body: String
    let data: JSON
    let createdAt: Date
    let readAt: Date?

    init(_ row: Row) throws {
        let data: RawJSON = try row["data"]
        id = try row["id"]
        category = try row["category"]
        title = try row["title"]
        body = try row["body"]
        self.data = try JSON(parsing: data.utf8)
        createdAt = try row["created_at"]
        readAt = try row["read_at"]
    }

    static var schema: Schema {
        .object(
            "Notification",
            "A notification as the app shows it",
            [
                .required("id", .id, "Names the notification"),
                .required("category", .enumeration(Category.self), "What it is about"),
                .required("title", .string().example("A new badge"), "Its first line"),
                .required("body", .string().example("Mia has finished a first story."), "The rest of it"),
                .required(
                    "data",
                    .map(.any).example(["badge": "first-story"]),
                    "What the app needs to lead there, by category"
                ),
                .required("createdAt", .dateTime, "When there was reason for it"),
                .optional("readAt", .dateTime, "When it was first read; left out until then"),
            ]
        )
    }
}

/// How many notifications were not read yet.
struct UnreadCount: ResponseBody {
    let count: Int

    static var schema: Schema {
        .object(
            "UnreadCount",
            "How many notifications were not read yet",
            [.required("count", .integer(min: 0), "The number of them")]
        )
    }
}
