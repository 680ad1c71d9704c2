public import EventOutbox
public import Web

extension OutboxStatus: ResponseBody {
    /// The members of ``OutboxStatus``.
    public static let schema = Schema.object(
        "OutboxStatus",
        [
            .required("head", .integer(min: 0), "Position of the newest event in the log"),
            .required("unplaced", .integer(min: 0), "Committed events without a position"),
            .optional("lastBatchAt", .dateTime, "When the newest batch was placed"),
            .required("listeners", .array(ListenerStatus.schema), "The one with the most waiting first"),
            .required("nodes", .array(NodeStatus.schema), "The processes that take part, the oldest first"),
            .optional("sequencer", SequencerStatus.schema, "The node that gives events their positions, if any does"),
            .required("openTransactions", .array(OpenTransaction.schema), "Writers that have been at it for long"),
            .optional("stopped", .string(), "Why no event is being placed; left out when all is well"),
            .required("retention", RetentionStatus.schema, "How much of the past is kept, and who keeps it"),
            .required("warnings", .array(.string()), "What is not as safe as it could be"),
        ]
    )
}

extension ListenerStatus: Described {
    /// The members of ``ListenerStatus``.
    public static let schema = Schema.object(
        "OutboxListener",
        [
            .required("name", .string()),
            .required("lanes", .integer(min: 1)),
            .required("position", .integer(min: 0), "Position of its slowest lane"),
            .required("behind", .integer(min: 0), "How many events its slowest lane has not looked at"),
            .required("waiting", .integer(min: 0), "How many of them it hears, as far as they were counted"),
            .required("isCounted", .boolean, "False when there are more than were counted"),
            .optional("waitingSince", .dateTime, "When the oldest of them was recorded"),
            .required("retrying", .integer(min: 0)),
            .required("parked", .integer(min: 0), "Waiting behind a failed one of their key"),
            .required("dead", .integer(min: 0), "Given up until an operator decides"),
            .optional("pausedBy", .string(), "Who paused it"),
            .optional("pauseReason", .string(), "Why"),
            .optional("failure", .string(), "Why a relay stands still"),
            .optional("failingSince", .dateTime, "Since when it stands still"),
            .required("isKnown", .boolean, "False when the program that serves does not have it"),
        ]
    )
}

extension OpenTransaction: Described {
    /// The members of ``OpenTransaction``.
    public static let schema = Schema.object(
        "OutboxOpenTransaction",
        [
            .required("pid", .integer(min: 0), "The server process; 0 for a prepared transaction"),
            .required("application", .string()),
            .required("state", .string()),
            .required("seconds", .number(min: 0)),
            .required("waiting", .array(.string()), "The server processes that wait for its locks"),
        ]
    )
}
