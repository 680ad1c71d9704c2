public import EventOutbox
public import Web

extension EventView: Described {
    /// The members of ``EventView``.
    public static let schema = Schema.object(
        "OutboxEvent",
        [
            .required("position", .integer(min: 0), "Its place in the log; 0 when it has none yet"),
            .required("id", .id),
            .required("name", .string()),
            .required("version", .integer(min: 1)),
            .required("key", .string(), "What it stays in order with"),
            .required("recordedAt", .dateTime),
            .optional("actor", .string(), "Who caused it"),
            .optional("requestID", .string(), "The request that caused it"),
            .optional("correlationID", .id, "Common to everything with the same first cause"),
            .optional("causationID", .id, "The event that caused it"),
            .required("payload", .any),
        ]
    )
}

extension EventDeliveryView: Described {
    /// The members of ``EventDeliveryView``.
    public static let schema = Schema.object(
        "OutboxDelivery",
        [
            .required("listener", .string()),
            .required("state", .string(), "unplaced, earlier, handled, waiting, retrying, parked, dead or skipped"),
            .optional("attempts", .integer(min: 0), "How often it was tried, when it failed"),
            .optional("nextAttemptAt", .dateTime),
            .optional("error", .string(), "Why it failed last"),
        ]
    )
}

extension OpsLogEntry: Described {
    /// The members of ``OpsLogEntry``.
    public static let schema = Schema.object(
        "OutboxOperation",
        [
            .required("id", .integer(min: 1)),
            .required("at", .dateTime),
            .required("operator", .string(), "Who did it"),
            .required("verb", .string(), "What was done"),
            .required("subject", .string(), "What it was done to"),
            .required("reason", .string(), "Why"),
        ]
    )
}
