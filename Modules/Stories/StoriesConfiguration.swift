/// What can be set about stories.
public struct StoriesConfiguration: Sendable {
    /// How many stories a family may begin a day while no plan of it is known.
    public var storiesPerDayWithoutPlan = 5

    /// The defaults.
    public init() {}
}
