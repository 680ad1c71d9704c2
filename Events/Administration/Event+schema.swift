public import EventOutbox
public import Web

extension EventView: Described {
    /// The members of ``EventView``.
    public static let schema = Schema.object(
        "OutboxEvent",
        "One event of the log",
        [
            .required("position", .integer(min: 0), "Its place in the log; 0 when it has none yet"),
            .required("id", .id, "Names the event"),
            .required("name", .string().example("stories.story-completed"), "What happened"),
            .required("version", .integer(min: 1), "Which form its payload has"),
            .required(
                "key",
                .string().example("kid:0190f2a4-5b3c-7d1e-8f00-1234567890ab"),
                "The key that keeps it in order"
            ),
            .required("recordedAt", .dateTime, "When it happened"),
            .optional("actor", .string().example("user:0190f2a4-5b3c-7d1e-8f00-1234567890ab"), "Who caused it"),
            .optional(
                "requestID",
                .string().example("01a1fe79-9e29-7000-9093-d57451693055"),
                "The request that caused it"
            ),
            .optional("correlationID", .id, "Common to everything with the same first cause"),
            .optional("causationID", .id, "The event that caused it"),
            .required("payload", .any.example(["percent": 100]), "What is told of it"),
        ]
    )
}

extension EventDeliveryView: Described {
    /// The members of ``EventDeliveryView``.
    public static let schema = Schema.object(
        "OutboxDelivery",
        "How one listener stands to an event",
        [
            .required("listener", .string().example("achievements.progress"), "Who hears of it"),
            .required(
                "state",
                .string().example("handled"),
                "unplaced, earlier, handled, waiting, retrying, parked, dead or skipped"
            ),
            .optional("attempts", .integer(min: 0), "How often it was tried, when it failed"),
            .optional("nextAttemptAt", .dateTime, "When it is tried again"),
            .optional("error", .string().example("The mail server does not answer"), "Why it failed last"),
        ]
    )
}

extension OpsLogEntry: Described {
    /// The members of ``OpsLogEntry``.
    public static let schema = Schema.object(
        "OutboxOperation",
        "Something that an operator did",
        [
            .required("id", .integer(min: 1), "Counts operations"),
            .required("at", .dateTime, "When it was done"),
            .required("operator", .string().example("user:0190f2a4-5b3c-7d1e-8f00-1234567890ab"), "Who did it"),
            .required("verb", .string().example("replay"), "What was done"),
            .required("subject", .string().example("achievements.progress"), "What it was done to"),
            .required("reason", .string().example("to see that nothing doubles"), "Why it was done"),
        ]
    )
}
