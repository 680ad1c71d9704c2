public import Events

/// What the Achievement module announces.
public enum AchievementContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [StreakUpdated.self, BadgeEarned.self]
}
