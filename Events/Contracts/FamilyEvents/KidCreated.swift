public import Events
public import Identifiers

/// A child joined the family.
public struct KidCreated: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "families.kid-created"

    /// The child.
    public let kid: KidID
    /// The family's account.
    public let parent: UserID
    /// The family's time zone at that moment, an IANA name.
    public let timeZone: String

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("kid", kid) }

    /// States the fact.
    public init(kid: KidID, parent: UserID, timeZone: String) {
        self.kid = kid
        self.parent = parent
        self.timeZone = timeZone
    }
}
