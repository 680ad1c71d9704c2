public import FoundationEssentials

/// Which events an operator wants to hand to a listener again.
public struct ReplayRequest: Sendable {
    /// The listener.
    public var listener: String
    /// The first position; the log's beginning when nil.
    public var from: Int?
    /// The last position; the log's end at the moment of planning when nil.
    public var to: Int?
    /// Only events that were placed at or after this moment.
    public var since: Date?
    /// Only events that were placed up to this moment.
    public var until: Date?
    /// Only events of these names; all that the listener hears when nil.
    public var names: [String]?
    /// Only events of these keys, such as `kid:018f…`.
    public var keys: [String]?
    /// At most this many events a second.
    public var rate: Int?

    /// Everything that a listener hears, unless narrowed down.
    public init(
        of listener: String,
        from: Int? = nil,
        to: Int? = nil,
        since: Date? = nil,
        until: Date? = nil,
        names: [String]? = nil,
        keys: [String]? = nil,
        rate: Int? = nil
    ) {
        self.listener = listener
        self.from = from
        self.to = to
        self.since = since
        self.until = until
        self.names = names
        self.keys = keys
        self.rate = rate
    }
}

/// A replay before it is begun: what it would hand to the listener.
public struct ReplayPlan: Sendable, Encodable {
    /// The listener.
    public let listener: String
    /// The first position.
    public let first: Int
    /// The last position.
    public let last: Int
    /// How many events of each name are selected.
    public let events: [String: Int]
    /// All of them.
    public let total: Int
    /// How many keys they belong to.
    public let keyCount: Int
    /// The names that were asked for.
    public let names: [String]?
    /// The keys that were asked for.
    public let keys: [String]?
    /// At most this many events a second.
    public let rate: Int?
    /// How long it will take; nil when the listener was never replayed and no rate is set. A dry run measures it.
    public let estimatedSeconds: Double?
}
