/// What can be set about families.
public struct FamiliesConfiguration: Sendable {
    /// The plan that holds for an account as long as nothing was heard of its subscription.
    public var defaultPlan = "free"
    /// How many kids that plan allows.
    public var defaultKids = 2

    /// The defaults.
    public init() {}
}
