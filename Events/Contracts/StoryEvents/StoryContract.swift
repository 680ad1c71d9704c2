public import Events

/// What the Story module announces.
public enum StoryContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [StoryCompleted.self]
}
