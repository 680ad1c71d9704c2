public import EventOutbox
public import Web

extension ReplayPlan: ResponseBody {
    /// The members of ``ReplayPlan``.
    public static let schema = Schema.object(
        "ReplayPlan",
        [
            .required("listener", .string()),
            .required("first", .integer(min: 1)),
            .required("last", .integer(min: 1)),
            .required("events", .map(.integer(min: 0)), "How many of each name"),
            .required("total", .integer(min: 0)),
            .required("keyCount", .integer(min: 0)),
            .optional("names", .array(.string())),
            .optional("keys", .array(.string())),
            .optional("rate", .integer(min: 1)),
            .optional("estimatedSeconds", .number(min: 0), "Left out when nothing is known; a rehearsal measures it"),
        ]
    )
}

extension ReplayStatus: ResponseBody {
    /// The members of ``ReplayStatus``.
    public static let schema = Schema.object(
        "Replay",
        [
            .required("id", .id),
            .required("listener", .string()),
            .required("state", .enumeration(ReplayStatus.State.self)),
            .required("first", .integer(min: 1)),
            .required("last", .integer(min: 1)),
            .required("position", .integer(min: 0)),
            .required("total", .integer(min: 0)),
            .required("delivered", .integer(min: 0)),
            .required("percent", .number(min: 0, max: 100)),
            .optional("remainingSeconds", .number(min: 0), "A forecast"),
            .optional("rate", .integer(min: 1)),
            .optional("names", .array(.string())),
            .optional("keys", .array(.string())),
            .required("isDetached", .boolean, "True when the nodes drive it"),
            .required("reason", .string()),
            .required("requestedBy", .string()),
            .required("createdAt", .dateTime),
            .optional("movedAt", .dateTime),
            .optional("finishedAt", .dateTime),
            .optional("abortedBy", .string()),
            .optional("error", .string(), "What stopped it"),
            .required("isFinished", .boolean),
        ]
    )
}

extension ReplayRehearsal: ResponseBody {
    /// The members of ``ReplayRehearsal``.
    public static let schema = Schema.object(
        "ReplayRehearsal",
        [
            .required("delivered", .integer(min: 0)),
            .required("isPartial", .boolean, "True when the replay has more events than were tried"),
            .required("tables", .array(TableChange.schema)),
            .required("announced", .map(.integer(min: 0)), "How many events of each name the listener would announce"),
            .required("seconds", .number(min: 0)),
        ]
    )
}

extension TableChange: Described {
    /// The members of ``TableChange``.
    public static let schema = Schema.object(
        "TableChange",
        [
            .required("table", .string()),
            .required("inserted", .integer(min: 0)),
            .required("updated", .integer(min: 0)),
            .required("deleted", .integer(min: 0)),
        ]
    )
}
