/// How long events are kept, and in which pieces.
///
/// An event goes when every listener, replay and deviation is past it and it is old enough, or too much is kept. Nothing
/// that somebody still needs ever goes; `storytime outbox status` names who that is.
public struct RetentionPolicy: Sendable {
    /// How many events a partition holds.
    public var partitionSize = 1_000_000
    /// After what time a partition is ended although it is not full; what is dropped is dropped in whole partitions.
    public var partitionAge: Duration = .seconds(86_400)
    /// How many untouched partitions lie ready. Without one, producers fail.
    public var ahead = 4
    /// How long events are kept at least.
    public var age: Duration = .seconds(30 * 86_400)
    /// How many bytes of events are kept at most before they go earlier than that; nil is no limit.
    public var bytes: Int?
    /// The folder where events are archived before they go; nil lets them go without.
    public var archive: String?
    /// How long a partition stays that was restored from the archive.
    public var restored: Duration = .seconds(7 * 86_400)
    /// How often all this is looked after.
    public var interval: Duration = .seconds(5)
    /// From how many bytes on the small tables of cursor moves and batches are folded.
    public var foldBytes = 4 << 20

    /// The defaults.
    public init() {}
}
