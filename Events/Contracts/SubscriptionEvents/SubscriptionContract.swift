public import Events

/// What the Subscription module announces.
public enum SubscriptionContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [SubscriptionCreated.self, SubscriptionChanged.self]
}
