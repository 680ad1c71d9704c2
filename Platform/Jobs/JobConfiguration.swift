/// How a worker works.
public struct JobConfiguration: Sendable {
    /// How many jobs run at once on this node.
    public var concurrency = 4
    /// How often it looks for due jobs unasked: retries, later jobs, and those that other nodes enqueued.
    public var pollInterval: Duration = .seconds(1)
    /// How often it says that its running jobs are alive.
    public var heartbeatInterval: Duration = .seconds(5)
    /// After how many heartbeats missed in a row a running job is taken from its worker.
    public var missedHeartbeats = 3
    /// How long a graceful stop lets running jobs finish before it hands them back.
    public var grace: Duration = .seconds(10)
    /// How long done and cancelled jobs are kept. Failed ones are kept as their kind's policy says.
    public var keepDone: Duration = .seconds(3600)
    /// How often finished jobs whose time is up are deleted.
    public var sweepInterval: Duration = .seconds(60)

    /// The defaults.
    public init() {}

    /// The silence after which a worker counts as gone.
    var silence: Duration { heartbeatInterval * missedHeartbeats }
}
