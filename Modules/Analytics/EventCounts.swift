import Web

/// How often one event happened on one day.
struct EventCount: Encodable, Sendable, Hashable, Described {
    let day: String
    let name: String
    let count: Int

    static var schema: Schema {
        .object(
            "EventCount",
            [
                .required("day", .string(format: .date), "The day in UTC"),
                .required("name", .string(), "The event's name"),
                .required("count", .integer(min: 0)),
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
            [
                .required("from", .string(format: .date)),
                .required("to", .string(format: .date)),
                .required("data", .array(EventCount.schema), "By day and name; what did not happen is left out"),
            ]
        )
    }
}
