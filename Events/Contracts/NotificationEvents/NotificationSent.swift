public import Events
public import FoundationEssentials
public import Identifiers

/// A notification reached one channel.
public struct NotificationSent: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "notifications.notification-sent"

    /// The notification.
    public let notification: UUID
    /// The account.
    public let user: UserID
    /// What it is about, such as `badge-earned`.
    public let category: String
    /// `in-app` or `mail`.
    public let channel: String

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(notification: UUID, user: UserID, category: String, channel: String) {
        self.notification = notification
        self.user = user
        self.category = category
        self.channel = channel
    }
}
