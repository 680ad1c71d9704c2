public import Events
public import Identifiers

/// An account was opened; its address is not confirmed yet.
public struct UserRegistered: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "auth.user-registered"

    /// The account.
    public let user: UserID

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(user: UserID) {
        self.user = user
    }
}
