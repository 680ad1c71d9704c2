import EventOutbox
import FoundationEssentials
import Web

/// Which events to hand to a listener again.
struct ReplaySelection: RequestBody {
    let listener: String
    let from: Int?
    let to: Int?
    let since: Date?
    let until: Date?
    let names: [String]?
    let keys: [String]?
    let rate: Int?

    var request: ReplayRequest {
        ReplayRequest(
            of: listener,
            from: from,
            to: to,
            since: since,
            until: until,
            names: names,
            keys: keys,
            rate: rate
        )
    }

    static let schema = Schema.object("ReplaySelection", "Which events to hand to a listener again", fields("the plan"))

    /// The members, in words that fit `what` is wished for.
    static func fields(_ what: String) -> [Field] {
        let name = Schema.string(min: 1, max: 100)
        return [
            .required("listener", name.example("achievements.progress"), "The listener that hears \(what)"),
            .optional("from", .integer(min: 1), "The first position of \(what)"),
            .optional("to", .integer(min: 1), "The last position of \(what); the log's end unless given"),
            .optional("since", .dateTime, "Leaves events placed earlier out of \(what)"),
            .optional("until", .dateTime, "Leaves events placed later out of \(what)"),
            .optional(
                "names",
                .array(name.example("stories.story-completed"), min: 1, max: 50),
                "Leaves events of other names out of \(what)"
            ),
            .optional(
                "keys",
                .array(
                    .string(min: 1, max: 200).example("kid:0190f2a4-5b3c-7d1e-8f00-1234567890ab"),
                    min: 1,
                    max: 1_000
                ),
                "Leaves events of other keys out of \(what)"
            ),
            .optional(
                "rate",
                .integer(min: 1, max: 100_000).example(500),
                "How many events of \(what) a second at most"
            ),
        ]
    }
}

/// A replay to begin, and why.
struct ReplayOrder: RequestBody {
    let selection: ReplaySelection
    let reason: String

    init(from decoder: any Decoder) throws {
        selection = try ReplaySelection(from: decoder)
        reason = try Reason(from: decoder).reason
    }

    static let schema = Schema.object(
        "ReplayOrder",
        "A replay to begin, and why",
        ReplaySelection.fields("the replay") + [
            .required("reason", Reason.text, "Why to replay; kept in the log of operations")
        ]
    )
}

/// Why something is changed.
struct Reason: RequestBody {
    let reason: String

    static let schema = Schema.object(
        "OperationReason",
        "Why an operator changes something",
        [.required("reason", text, "Why; kept in the log of operations")]
    )

    static let text = Schema.string(min: 1, max: 500).example("to see that nothing doubles")
}
