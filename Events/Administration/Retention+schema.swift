public import EventOutbox
public import Web

extension RetentionStatus: Described {
    /// The members of ``RetentionStatus``.
    public static let schema = Schema.object(
        "OutboxRetention",
        "How much of the past is kept, and who keeps it",
        [
            .required("partitions", .integer(min: 0), "Partitions of events that are kept"),
            .required("bytes", .integer(min: 0), "Their size"),
            .required("room", .integer(min: 0), "Events until another partition has to be made"),
            .optional("oldest", .dateTime, "Since when events are there"),
            .optional("bytesPerDay", .number(min: 0), "How many are added at the present rate"),
            .required("dropping", .integer(min: 0), "Partitions that wait for open transactions before they go"),
            .optional("slowest", RetentionHolder.schema),
        ]
    )
}

extension RetentionHolder: Described {
    /// The members of ``RetentionHolder``.
    public static let schema = Schema.object(
        "OutboxRetentionHolder",
        "Somebody who still needs old events",
        [
            .required("kind", .string().example("listener"), "listener, replay or deviation"),
            .required("name", .string().example("achievements.progress"), "The listener that needs them"),
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
        "A part of the log that can go, as a whole",
        [
            .required("firstSeq", .integer(min: 1), "Where it begins, in the order of recording"),
            .required("lastSeq", .integer(min: 1), "Where it ends"),
            .required("events", .integer(min: 0), "How many events would go"),
            .optional("newest", .dateTime, "When its newest event was recorded"),
            .required("bytes", .integer(min: 0), "Its size in the database"),
            .optional("archive", .string().example("events-1-1000.jsonl.gz"), "The file it is in already"),
        ]
    )
}

extension Archive: ResponseBody {
    /// The members of ``Archive``.
    public static let schema = Schema.object(
        "OutboxArchive",
        "A part of the log in a file",
        [
            .required("format", .integer(min: 1), "The version of the file's format"),
            .required("file", .string().example("events-1-1000.jsonl.gz"), "Its name, to restore it by"),
            .required("firstSeq", .integer(min: 1), "Where the file begins, in the order of recording"),
            .required("lastSeq", .integer(min: 1), "Where the file ends"),
            .required("events", .integer(min: 0), "How many events it has"),
            .optional("firstPosition", .integer(min: 1), "The position of the first; left out if none had one"),
            .optional("lastPosition", .integer(min: 1), "The position of the last"),
            .optional("oldest", .dateTime, "When the oldest was recorded"),
            .optional("newest", .dateTime, "When the newest was recorded"),
            .required("bytes", .integer(min: 0), "The size of the file"),
            .required(
                "sha256",
                .string().example("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                "Of the file, in hexadecimal"
            ),
            .required("archivedAt", .dateTime, "When the file was written"),
        ]
    )
}
