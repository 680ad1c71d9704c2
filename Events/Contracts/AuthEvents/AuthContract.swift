public import Events

/// What the Auth module announces.
public enum AuthContract {
    /// Every event type, for the catalogue.
    public static let events: [any DomainEvent.Type] = [
        UserRegistered.self, EmailVerified.self, RefreshTokenReused.self,
    ]
}
