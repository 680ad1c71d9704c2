public import EventOutbox
public import Web

extension ReplayPlan: ResponseBody {
    /// The members of ``ReplayPlan``.
    public static let schema = Schema.object(
        "ReplayPlan",
        "What a replay would hand to its listener",
        [
            .required("listener", .string().example("achievements.progress"), "The listener that would hear"),
            .required("first", .integer(min: 1), "The first position that it would hear"),
            .required("last", .integer(min: 1), "The last position that it would hear"),
            .required(
                "events",
                .map(.integer(min: 0)).example(["stories.story-completed": 12]),
                "How many of each name"
            ),
            .required("total", .integer(min: 0).example(12), "How many together"),
            .required("keyCount", .integer(min: 0).example(3), "How many different keys they have"),
            .optional("names", .array(.string().example("stories.story-completed")), "The names it is restricted to"),
            .optional(
                "keys",
                .array(.string().example("kid:0190f2a4-5b3c-7d1e-8f00-1234567890ab")),
                "The keys it is restricted to"
            ),
            .optional("rate", .integer(min: 1).example(500), "How many a second it would be at most"),
            .optional("estimatedSeconds", .number(min: 0), "Left out when nothing is known; a rehearsal measures it"),
        ]
    )
}

extension ReplayStatus: ResponseBody {
    /// The members of ``ReplayStatus``.
    public static let schema = Schema.object(
        "Replay",
        "A replay and how far it has come",
        [
            .required("id", .id, "Names the replay"),
            .required("listener", .string().example("achievements.progress"), "The listener that hears"),
            .required("state", .enumeration(ReplayStatus.State.self), "What it is doing"),
            .required("first", .integer(min: 1), "The first position that it hears"),
            .required("last", .integer(min: 1), "The last position that it hears"),
            .required("position", .integer(min: 0), "Where it is now"),
            .required("total", .integer(min: 0).example(12), "How many events there are to hear"),
            .required("delivered", .integer(min: 0), "How many of them it has heard"),
            .required("percent", .number(min: 0, max: 100), "The share of the way that is done"),
            .optional("remainingSeconds", .number(min: 0), "A forecast"),
            .optional("rate", .integer(min: 1).example(500), "How many a second it is at most"),
            .optional(
                "names",
                .array(.string().example("stories.story-completed")),
                "The names that it is about; all unless given"
            ),
            .optional(
                "keys",
                .array(.string().example("kid:0190f2a4-5b3c-7d1e-8f00-1234567890ab")),
                "The keys that it is about; all unless given"
            ),
            .required("isDetached", .boolean, "True when the nodes drive it"),
            .required("reason", .string().example("to see that nothing doubles"), "Why somebody wanted it"),
            .required("requestedBy", .string().example("operator:ada"), "Who wanted it"),
            .required("createdAt", .dateTime, "When it was wanted"),
            .optional("movedAt", .dateTime, "When it last got on"),
            .optional("finishedAt", .dateTime, "When it was done or aborted"),
            .optional("abortedBy", .string().example("operator:ada"), "Who ended it early"),
            .optional("error", .string().example("The listener is not known"), "What stopped it"),
            .required("isFinished", .boolean, "Whether nothing more will happen"),
        ]
    )
}

extension ReplayRehearsal: ResponseBody {
    /// The members of ``ReplayRehearsal``.
    public static let schema = Schema.object(
        "ReplayRehearsal",
        "What a replay would change, found out in a transaction that was rolled back",
        [
            .required("delivered", .integer(min: 0), "How many events were tried"),
            .required("isPartial", .boolean, "True when the replay has more events than were tried"),
            .required("tables", .array(TableChange.schema), "What would change in each table"),
            .required(
                "announced",
                .map(.integer(min: 0)).example(["achievements.badge-earned": 1]),
                "How many events of each name the listener would announce"
            ),
            .required("seconds", .number(min: 0), "How long trying took"),
        ]
    )
}

extension TableChange: Described {
    /// The members of ``TableChange``.
    public static let schema = Schema.object(
        "TableChange",
        "How many rows of a table would change",
        [
            .required("table", .string().example("achievements.progress"), "The table, with its schema"),
            .required("inserted", .integer(min: 0), "Rows that would be new"),
            .required("updated", .integer(min: 0), "Rows that would be others"),
            .required("deleted", .integer(min: 0), "Rows that would be gone"),
        ]
    )
}
