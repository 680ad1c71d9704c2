public import Events
public import FoundationEssentials
public import Identifiers

/// A spent refresh token came back, so the whole session was ended: it may be stolen.
public struct RefreshTokenReused: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "auth.refresh-token-reused"

    /// The account.
    public let user: UserID
    /// The session that was ended.
    public let session: UUID

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("user", user) }

    /// States the fact.
    public init(user: UserID, session: UUID) {
        self.user = user
        self.session = session
    }
}
