public import FoundationEssentials

/// How much of the past is kept, and who keeps it.
public struct RetentionStatus: Sendable, Encodable {
    /// Partitions of events that are kept, with those that were restored.
    public let partitions: Int
    /// Their size.
    public let bytes: Int
    /// How many events can still be recorded before another partition has to be made.
    public let room: Int
    /// Since when events are there.
    public let oldest: Date?
    /// How many bytes a day are added at the present rate; nil when that is not known yet.
    public let bytesPerDay: Double?
    /// Partitions that were given up and wait for somebody's open transaction to end.
    public let dropping: Int
    /// Who is furthest back; nil when nobody is.
    public let slowest: RetentionHolder?
}

/// Somebody who still needs events.
public struct RetentionHolder: Sendable, Encodable {
    /// `listener`, `replay` or `deviation`.
    public let kind: String
    /// The listener.
    public let name: String
    /// It needs what comes after this position.
    public let position: Int
    /// When the first event that it needs was recorded.
    public let since: Date?
    /// How far it is behind the log's end.
    public let behind: Int
    /// When it will have caught up at the present rates; nil when it will not.
    public let caughtUpAt: Date?
    /// From when on it keeps events beyond their age.
    public let holdsFrom: Date?
    /// When the events reach the configured size at the present rate; nil when no size is configured.
    public let fullAt: Date?
}
