public import Events

/// What the Payment module announces.
public enum PaymentContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [PaymentCompleted.self, PaymentFailed.self]
}
