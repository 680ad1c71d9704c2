public import EventOutbox
public import Web

extension RetentionStatus: Described {
    /// The members of ``RetentionStatus``.
    public static let schema = Schema.object(
        "OutboxRetention",
        [
            .required("partitions", .integer(min: 0), "Partitions of events that are kept"),
            .required("bytes", .integer(min: 0), "Their size"),
            .required("room", .integer(min: 0), "Events until another partition has to be made"),
            .optional("oldest", .dateTime, "Since when events are there"),
            .optional("bytesPerDay", .number(min: 0), "How many are added at the present rate"),
            .required("dropping", .integer(min: 0), "Partitions that wait for open transactions before they go"),
            .optional("slowest", RetentionHolder.schema, "Who is furthest back"),
        ]
    )
}

extension RetentionHolder: Described {
    /// The members of ``RetentionHolder``.
    public static let schema = Schema.object(
        "OutboxRetentionHolder",
        [
            .required("kind", .string(), "listener, replay or deviation"),
            .required("name", .string(), "The listener"),
            .required("position", .integer(min: 0), "It needs what comes after this"),
            .optional("since", .dateTime, "When the first event that it needs was recorded"),
            .required("behind", .integer(min: 0), "How far it is behind the log's end"),
            .optional("caughtUpAt", .dateTime, "At the present rates"),
            .optional("holdsFrom", .dateTime, "From when on it keeps events beyond their age"),
            .optional("fullAt", .dateTime, "When the configured size is reached at the present rate"),
        ]
    )
}

extension RetentionStep: Described {
    /// The members of ``RetentionStep``.
    public static let schema = Schema.object(
        "OutboxRetentionStep",
        [
            .required("firstSeq", .integer(min: 1)),
            .required("lastSeq", .integer(min: 1)),
            .required("events", .integer(min: 0)),
            .optional("newest", .dateTime, "When its newest event was recorded"),
            .required("bytes", .integer(min: 0), "Its size in the database"),
            .optional("archive", .string(), "The file it is in already"),
        ]
    )
}

extension Archive: ResponseBody {
    /// The members of ``Archive``.
    public static let schema = Schema.object(
        "OutboxArchive",
        [
            .required("format", .integer(min: 1)),
            .required("file", .string(), "Its name, to restore it by"),
            .required("firstSeq", .integer(min: 1)),
            .required("lastSeq", .integer(min: 1)),
            .required("events", .integer(min: 0)),
            .optional("firstPosition", .integer(min: 1)),
            .optional("lastPosition", .integer(min: 1)),
            .optional("oldest", .dateTime),
            .optional("newest", .dateTime),
            .required("bytes", .integer(min: 0), "The size of the file"),
            .required("sha256", .string(), "Of the file, in hexadecimal"),
            .required("archivedAt", .dateTime),
        ]
    )
}
