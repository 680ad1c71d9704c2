/// What notifications say about the product itself.
///
/// | key | default | meaning |
/// |---|---|---|
/// | `appURL` | `http://localhost:8080` | where links in mails lead; without a slash at the end |
public struct NotificationsConfiguration: Sendable {
    /// Where links in mails lead.
    public var appURL = "http://localhost:8080"

    /// The defaults.
    public init() {}
}
