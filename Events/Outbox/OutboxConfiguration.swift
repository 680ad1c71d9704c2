/// How the outbox works; every limit has a default.
public struct OutboxConfiguration: Sendable {
    /// How often the sequencer looks for events that nobody announced to this process, such as another node's.
    public var poll: Duration = .milliseconds(250)
    /// How many events a lane takes in one transaction.
    public var batch = 500
    /// How many positions a lane looks through in one transaction.
    public var scan = 5_000
    /// How many lanes run at once, and so how many connections they use.
    public var concurrency = 6
    /// How long one statement of a listener may run.
    public var statementTimeout: Duration = .seconds(10)
    /// How many events the bus keeps in memory.
    public var tail = 16_384
    /// How often lanes that another node had are tried again, due retries are looked for, and cursors of lanes that had
    /// nothing to do are moved up.
    public var backstop: Duration = .seconds(1)
    /// How long a lane waits after the database failed it.
    public var pause: Duration = .milliseconds(500)

    /// How long events are kept.
    public var retention = RetentionPolicy()

    /// The defaults.
    public init() {}
}
