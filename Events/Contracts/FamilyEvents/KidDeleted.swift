public import Events
public import Identifiers

/// A child's profile was removed by its family.
public struct KidDeleted: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "families.kid-deleted"

    /// The child.
    public let kid: KidID
    /// The family's account.
    public let parent: UserID

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("kid", kid) }

    /// States the fact.
    public init(kid: KidID, parent: UserID) {
        self.kid = kid
        self.parent = parent
    }
}
