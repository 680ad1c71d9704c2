public import Events
public import FoundationEssentials
public import Identifiers

/// A child earned a badge. Each badge is earned once.
public struct BadgeEarned: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "achievements.badge-earned"

    /// The child.
    public let kid: KidID
    /// The family's account.
    public let parent: UserID
    /// The badge, by slug.
    public let badge: String
    /// When the deciding event happened.
    public let earnedAt: Date

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("kid", kid) }

    /// States the fact.
    public init(kid: KidID, parent: UserID, badge: String, earnedAt: Date) {
        self.kid = kid
        self.parent = parent
        self.badge = badge
        self.earnedAt = earnedAt
    }
}
