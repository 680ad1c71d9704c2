public import FoundationEssentials

/// What an audit has looked at and what it has found.
public struct AuditReport: Sendable, Encodable {
    /// The first position that was looked at.
    public let from: Int
    /// The last position that was looked at.
    public let to: Int
    /// How many events have a position in between.
    public internal(set) var events = 0
    /// The listeners and what became of the events that they hear.
    public internal(set) var listeners: [AuditedListener] = []
    /// What should not be. Empty when every event is accounted for.
    public internal(set) var findings: [AuditFinding] = []
    /// What is no fault of the event path and yet worth knowing.
    public internal(set) var notes: [AuditFinding] = []
    /// True when there was more to report than fits; the counts are whole all the same.
    public internal(set) var isTruncated = false
    /// What was shown by this audit.
    public let proven: [String]
    /// What no audit of the tables can show, and what can.
    public let notProven: [String]

    /// True when nothing is wrong.
    public var isClean: Bool { findings.isEmpty }

    init(from: Int, to: Int) {
        self.from = from
        self.to = to
        proven = Self.proofs
        notProven = Self.limits
    }

    private static let proofs = [
        "Every event that the newest batch could see has one position, and every position has its event "
            + "(set differences of events.event and events.log, in both directions).",
        "Within a key, no event was placed after a later one although both were committed.",
        "Every event that a listener hears is passed by its lane's cursor, waits ahead of it, "
            + "or has a row in events.deviation that says why not.",
        "No listener went past a key's event that is held back, as far as its rows tell.",
    ]

    private static let limits = [
        "That a listener's effects of a passed event are there: effects and cursor commit together and leave no "
            + "trace for each event. `storytime outbox rebuild LISTENER --diff` shows it for listeners that name their tables.",
        "What volatile listeners have seen: they keep nothing in the database.",
        "What happened to events whose rows are gone with the log's retention.",
    ]
}

/// What became of the events that one listener hears, within the positions of an audit.
public struct AuditedListener: Sendable, Encodable {
    /// The listener.
    public let name: String
    /// How many events it hears, from its beginning on.
    public internal(set) var heard = 0
    /// Those its cursors have passed with nothing set aside.
    public internal(set) var passed = 0
    /// Those ahead of its cursors.
    public internal(set) var waiting = 0
    /// Those set aside, waiting to be tried again or behind one of their key, or given up.
    public internal(set) var heldBack = 0
    /// Those that an operator has discarded.
    public internal(set) var skipped = 0
}

/// One thing that an audit has found.
public struct AuditFinding: Sendable, Encodable, Hashable {
    /// What kind of thing, such as `lost`; stable.
    public let kind: String
    /// Whose fault or loss it is; nil when it is about the log itself.
    public let listener: String?
    /// Where in the log.
    public let position: Int?
    /// Which event.
    public let event: UUID?
    /// What it means.
    public let detail: String
}
