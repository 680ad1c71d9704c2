import EventOutbox

/// How fast a relay works; every limit has a default.
public struct RelayPace: Sendable {
    /// How often a lane with nothing to do looks at what it is not told of: another node's lanes, due retries, heartbeats.
    public var backstop: Duration = .seconds(1)
    /// How long a lane waits after the first failure of the broker; it doubles with each further one.
    public var firstPause: Duration = .milliseconds(250)
    /// The longest wait of all.
    public var longestPause: Duration = .seconds(5)
    /// After how long without a sign of life another node takes a lane over.
    public var lease: Duration = .seconds(15)
    /// How many events are published and confirmed at a time.
    public var batch = 500
    /// With how many events held back a lane stops.
    public var heldBack = 1_000

    /// The defaults.
    public init() {}

    var terms: LaneLeaseTerms {
        var terms = LaneLeaseTerms()
        terms.duration = lease
        terms.batch = batch
        terms.heldBack = heldBack
        return terms
    }
}
