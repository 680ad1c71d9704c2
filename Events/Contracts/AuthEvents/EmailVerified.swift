public import Events
public import Identifiers

/// The owner of an account confirmed the address.
public struct EmailVerified: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "auth.email-verified"

    /// The account.
    public let user: UserID

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(user: UserID) {
        self.user = user
    }
}
