public import EventOutbox
public import Web

extension OutboxStatus: ResponseBody {
    /// The members of ``OutboxStatus``.
    public static let schema = Schema.object(
        "OutboxStatus",
        "The log, its listeners and what holds them up",
        [
            .required("head", .integer(min: 0), "Position of the newest event in the log"),
            .required("unplaced", .integer(min: 0), "Committed events without a position"),
            .optional("lastBatchAt", .dateTime, "When the newest batch was placed"),
            .required("listeners", .array(ListenerStatus.schema), "The one with the most waiting first"),
            .required("nodes", .array(NodeStatus.schema), "The processes that take part, the oldest first"),
            .optional("sequencer", SequencerStatus.schema),
            .required("openTransactions", .array(OpenTransaction.schema), "Writers that have been at it for long"),
            .optional(
                "stopped",
                .string().example("The fence was lost"),
                "Why no event is being placed; left out when all is well"
            ),
            .required("retention", RetentionStatus.schema),
            .required("warnings", .array(.string().example("fsync is off")), "What is not as safe as it could be"),
        ]
    )
}

extension ListenerStatus: Described {
    /// The members of ``ListenerStatus``.
    public static let schema = Schema.object(
        "OutboxListener",
        "A listener and how far it has come",
        [
            .required("name", .string().example("achievements.progress"), "The name of the listener"),
            .required("lanes", .integer(min: 1), "How many lanes work for it"),
            .required("position", .integer(min: 0), "Position of its slowest lane"),
            .required("behind", .integer(min: 0), "How many events its slowest lane has not looked at"),
            .required("waiting", .integer(min: 0), "How many of them it hears, as far as they were counted"),
            .required("isCounted", .boolean, "False when there are more than were counted"),
            .optional("waitingSince", .dateTime, "When the oldest of them was recorded"),
            .required("retrying", .integer(min: 0), "Failed, to be tried again"),
            .required("parked", .integer(min: 0), "Waiting behind a failed one of their key"),
            .required("dead", .integer(min: 0), "Given up until an operator decides"),
            .optional("pausedBy", .string().example("operator:ada"), "Who paused it"),
            .optional("pauseReason", .string().example("The mail server is being moved"), "Why it was paused"),
            .optional("failure", .string().example("The broker refuses the connection"), "Why a relay stands still"),
            .optional("failingSince", .dateTime, "Since when it stands still"),
            .required("isKnown", .boolean, "False when the program that serves does not have it"),
        ]
    )
}

extension OpenTransaction: Described {
    /// The members of ``OpenTransaction``.
    public static let schema = Schema.object(
        "OutboxOpenTransaction",
        "A transaction that events wait for",
        [
            .required("pid", .integer(min: 0), "The server process; 0 for a prepared transaction"),
            .required("application", .string().example("storytime-serve"), "What its client calls itself"),
            .required("state", .string().example("idle in transaction"), "What it is doing or waiting for"),
            .required("seconds", .number(min: 0), "For how long"),
            .required("waiting", .array(.string().example("4711")), "The server processes that wait for its locks"),
        ]
    )
}
