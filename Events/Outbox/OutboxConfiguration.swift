import Postgres

/// How the outbox works; every limit has a default.
public struct OutboxConfiguration: Sendable {
    /// How often a node looks for what it was not told of: the one that sequences for events without a position, the others
    /// for what is new in the log. Only the backstop of notifications.
    public var poll: Duration = .seconds(1)
    /// How long the right to sequence lasts after the node that has it was last heard of.
    public var lease: Duration = .seconds(2)
    /// How often that node is heard of. Some of the renewals may be late before the lease is over.
    public var renewal: Duration = .milliseconds(500)
    /// The shortest time between two notifications that this node has recorded something.
    public var ring: Duration = .milliseconds(5)
    /// How often a node says that it is there. One that is silent for a minute is forgotten.
    public var beat: Duration = .seconds(10)
    /// How many events a lane takes in one transaction.
    public var batch = 500
    /// How many positions a lane looks through in one transaction.
    public var scan = 5_000
    /// How many lanes run at once, and so how many connections they use.
    public var concurrency = 6
    /// Lanes of a listener that have little to do share a transaction, for as long as that takes less than this; zero
    /// gives each its own.
    public var brief: Duration = .milliseconds(4)
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

extension OutboxConfiguration {
    /// A transaction that hands events over. What a crash of the server undoes is done again from the cursor, so the
    /// commit does not wait for the disk.
    var handingOver: TransactionOptions {
        TransactionOptions(statementTimeout: statementTimeout, asynchronousCommit: true)
    }
}
