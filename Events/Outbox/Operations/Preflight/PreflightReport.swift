/// Whether a program can take over a database: what it was asked, and what stands in the way.
public struct PreflightReport: Sendable, Encodable {
    /// How many events were read: everything that a listener of this program has yet to see, and all set aside.
    public internal(set) var events = 0
    /// From which position on.
    public internal(set) var after = 0
    /// The log's end, and so the last position that was read.
    public internal(set) var head = 0
    /// What would go wrong. Do not start the program before each is settled.
    public internal(set) var problems: [PreflightFinding] = []
    /// What will happen and should be meant.
    public internal(set) var notices: [PreflightFinding] = []

    /// A report without findings.
    public init() {}

    /// True when nothing would go wrong.
    public var isReady: Bool { problems.isEmpty }

    /// Adds what would go wrong.
    public mutating func object(_ kind: String, _ subject: String, _ detail: String) {
        problems.append(PreflightFinding(kind: kind, subject: subject, detail: detail))
    }

    /// Adds what will happen.
    public mutating func note(_ kind: String, _ subject: String, _ detail: String) {
        notices.append(PreflightFinding(kind: kind, subject: subject, detail: detail))
    }
}

/// One thing to know before a program takes over.
public struct PreflightFinding: Sendable, Encodable, Hashable {
    /// What kind of thing, such as `undecodable`; stable.
    public let kind: String
    /// The event's or listener's name.
    public let subject: String
    /// What it means and what to do.
    public let detail: String
}
