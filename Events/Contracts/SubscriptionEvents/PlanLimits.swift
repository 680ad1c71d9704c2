/// What a plan allows. Other modules keep a copy, fed by these events.
public struct PlanLimits: Codable, Sendable, Hashable {
    /// How many children a family may have.
    public let kids: Int
    /// How many stories a family may begin a day.
    public let storiesPerDay: Int

    /// States the limits.
    public init(kids: Int, storiesPerDay: Int) {
        self.kids = kids
        self.storiesPerDay = storiesPerDay
    }
}
