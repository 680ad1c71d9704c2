public import Events

/// What the Family module announces.
public enum FamilyContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [
        KidCreated.self, KidUpdated.self, KidDeleted.self, KidRestored.self, TimeZoneChanged.self,
    ]
}
