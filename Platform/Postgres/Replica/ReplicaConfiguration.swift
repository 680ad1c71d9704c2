/// A standby of the database for reads that may be a little old.
public struct ReplicaConfiguration: Sendable {
    /// Where it is. Only the read lane's settings are used.
    public var database: DatabaseConfiguration
    /// How old what it shows may be; one that is older is not read from.
    public var staleness: Duration
    /// How often primary and replica are compared.
    public var interval: Duration

    /// A replica; it is compared with the primary five times within its bound, but at most ten times a second.
    public init(_ database: DatabaseConfiguration, staleness: Duration = .seconds(5), interval: Duration? = nil) {
        self.database = database
        self.staleness = staleness
        self.interval = interval ?? min(max(staleness / 5, .milliseconds(100)), .seconds(1))
    }
}
