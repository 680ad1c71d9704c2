import Web

/// What a client reports while a child reads.
struct ReadingStep: RequestBody {
    let percent: Int
    let seconds: Int

    static let schema = Schema.object(
        "ReadingStep",
        "What a client reports while a child reads",
        [
            .required(
                "percent",
                .integer(min: 0, max: 100).example(50),
                "How far into the story; going back does not lower it"
            ),
            .required("seconds", secondsSchema, "Seconds read since the last report; they are added up"),
        ]
    )

    /// No sitting is longer than a day.
    static let secondsSchema = Schema.integer(min: 0, max: 86_400).example(60)
}

/// What a client reports when a child has finished; `{}` will do.
struct CompletionRequest: RequestBody {
    let seconds: Int?

    static let schema = Schema.object(
        "CompletionRequest",
        "What a client reports when a child has finished; `{}` will do",
        [.optional("seconds", ReadingStep.secondsSchema, "Seconds read since the last report, which may be none")]
    )
}
