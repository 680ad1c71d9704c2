public import EventOutbox
public import Web

extension NodeStatus: Described {
    /// The members of ``NodeStatus``.
    public static let schema = Schema.object(
        "OutboxNode",
        "A process that takes part",
        [
            .required("boot", .id, "Made anew at every start"),
            .required("host", .string().example("api-1"), "The machine"),
            .required("pid", .integer(min: 0), "The process on it"),
            .required("version", .string().example("1.4.0"), "Which build it runs"),
            .required("roles", .array(.string().example("delivery")), "What it does: http, delivery"),
            .required("startedAt", .dateTime, "When it started"),
            .required("seenAt", .dateTime, "When it last said that it is there"),
            .optional("fence", .integer(min: 0), "The fence that it sequences under"),
        ]
    )
}

extension SequencerStatus: Described {
    /// The members of ``SequencerStatus``.
    public static let schema = Schema.object(
        "OutboxSequencer",
        "The node that gives events their positions",
        [
            .required("boot", .id, "The node"),
            .required("host", .string().example("api-1"), "Its machine"),
            .required("pid", .integer(min: 0), "Its process"),
            .required("fence", .integer(min: 0), "How often the right to sequence has been taken until now"),
            .required("since", .dateTime, "Since when it is this node's turn"),
            .required("remainingSeconds", .number(min: 0), "How long it stays that if the node falls silent"),
        ]
    )
}
