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

    static let schema = Schema.object("ReplaySelection", fields)

    static let fields: [Field] = [
        .required("listener", .string(min: 1, max: 100), "The listener's name"),
        .optional("from", .integer(min: 1), "The first position"),
        .optional("to", .integer(min: 1), "The last position; the log's end unless given"),
        .optional("since", .dateTime, "Only events placed since"),
        .optional("until", .dateTime, "Only events placed until then"),
        .optional("names", .array(.string(min: 1, max: 100), min: 1, max: 50), "Only events of these names"),
        .optional("keys", .array(.string(min: 1, max: 200), min: 1, max: 1_000), "Only events of these keys"),
        .optional("rate", .integer(min: 1, max: 100_000), "At most this many events a second"),
    ]
}

/// A replay to begin, and why.
struct ReplayOrder: RequestBody {
    let selection: ReplaySelection
    let reason: String

    init(from decoder: any Decoder) throws {
        selection = try ReplaySelection(from: decoder)
        reason = try Reason(from: decoder).reason
    }

    static let schema = Schema.object("ReplayOrder", ReplaySelection.fields + Reason.fields)
}

/// Why something is changed.
struct Reason: RequestBody {
    let reason: String

    static let schema = Schema.object("OperationReason", fields)

    static let fields: [Field] = [
        .required("reason", .string(min: 1, max: 500), "Why; kept in the log of operations")
    ]
}
