/// A failure as it is kept: what it was, and what kind it is of.
struct Fault: Sendable, Equatable {
    /// The type of the error.
    let type: String
    /// What was thrown, short and fit for a text column.
    let text: String
    /// Common to failures of one kind, whichever event they befell.
    let cause: String

    init(_ error: any Error) {
        type = "\(Swift.type(of: error))"
        text = String("\(error)".replacing("\0", with: "␀").prefix(2_000))
        cause = Self.cause(type: type, text: text)
    }

    /// A digest of the type and the normalised text. (FNV-1a: the same in every process and on every machine.)
    static func cause(type: String, text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(type)\n\(normalised(text))".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        let digits = String(hash ^ hash >> 32 & 0xFFFF_FFFF, radix: 16).suffix(8)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// The text without what differs from event to event: identifiers, numbers, and what stands in quotes.
    static func normalised(_ text: String) -> String {
        String(text.prefix(500))
            .replacing(#/[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}/#, with: "<id>")
            .replacing(#/"[^"]*"/#, with: "<text>")
            .replacing(#/\$[0-9]+/#, with: "<parameter>")
            .replacing(#/[0-9]+(\.[0-9]+)?/#, with: "<number>")
    }
}

extension LanePass.Failure {
    var fault: Fault { Fault(cause) }
}
