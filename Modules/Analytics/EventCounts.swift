import Web

/// How often one event happened on one day.
struct EventCount: Encodable, Sendable, Hashable, Described {
    let day: String
    let name: String
    let count: Int

    static var schema: Schema {
        .object(
            "EventCount",
            "How often one event happened on one day",
            [
                .required("day", .string(format: .date), "The day in UTC"),
                .required("name", .string().example("stories.story-completed"), "The event's name"),
                .required("count", .integer(min: 0), "How often it did"),
            ]
        )
    }
}

/// The answer: which days were asked for, and what happened.
struct EventCounts: ResponseBody {
    let from: String
    let to: String
    let data: [EventCount]

    static var schema: Schema {
        .object(
            "EventCounts",
            "Which days were asked for, and what happened",
            [
                .required("from", .string(format: .date), "The first day that was asked for"),
                .required("to", .string(format: .date), "The last day that was asked for"),
                .required("data", .array(EventCount.schema), "By day and name; what did not happen is left out"),
            ]
        )
    }
}
