public import Events

/// What the Notification module announces.
public enum NotificationContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [NotificationSent.self]
}
