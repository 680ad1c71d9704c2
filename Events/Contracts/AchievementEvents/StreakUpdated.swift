public import Events
public import Identifiers

/// A child's streak changed.
public struct StreakUpdated: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "achievements.streak-updated"

    /// The child.
    public let kid: KidID
    /// The family's account.
    public let parent: UserID
    /// Days in a row, up to the last active one.
    public let current: Int
    /// The most days in a row ever.
    public let longest: Int

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("kid", kid) }

    /// States the fact.
    public init(kid: KidID, parent: UserID, current: Int, longest: Int) {
        self.kid = kid
        self.parent = parent
        self.current = current
        self.longest = longest
    }
}
