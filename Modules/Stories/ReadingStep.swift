import Web

/// What a client reports while a child reads.
struct ReadingStep: RequestBody {
    let percent: Int
    let seconds: Int

    static let schema = Schema.object(
        "ReadingStep",
        [
            .required("percent", .integer(min: 0, max: 100), "How far into the story; going back does not lower it"),
            .required("seconds", secondsSchema, "Seconds read since the last report; they are added up"),
        ]
    )

    /// No sitting is longer than a day.
    static let secondsSchema = Schema.integer(min: 0, max: 86_400)
}

/// What a client reports when a child has finished; `{}` will do.
struct CompletionRequest: RequestBody {
    let seconds: Int?

    static let schema = Schema.object(
        "CompletionRequest",
        [.optional("seconds", ReadingStep.secondsSchema, "Seconds read since the last report; they are added up")]
    )
}
