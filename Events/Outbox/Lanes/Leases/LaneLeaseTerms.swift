/// How a lane is worked on under a lease.
package struct LaneLeaseTerms: Sendable {
    /// After how long without a sign of life another node may take the lane.
    package var duration: Duration = .seconds(15)
    /// How many events are handed over at a time.
    package var batch = 500
    /// How many positions are looked through for them.
    package var scan = 5_000
    /// With how many events held back the lane stops, so that what is held back stays bounded.
    package var heldBack = 1_000

    /// The defaults.
    package init() {}
}
