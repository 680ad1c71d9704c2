public import Events
public import Identifiers

/// The family moved to another time zone.
public struct TimeZoneChanged: DomainEvent, Hashable {
    /// The stored name.
    public static let name: EventName = "families.time-zone-changed"

    /// The family's account.
    public let parent: UserID
    /// The new zone, an IANA name.
    public let timeZone: String

    /// What it stays in order with.
    public var key: OrderingKey { OrderingKey("family", parent) }

    /// States the fact.
    public init(parent: UserID, timeZone: String) {
        self.parent = parent
        self.timeZone = timeZone
    }
}
