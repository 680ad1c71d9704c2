/// How to reach the owner of an account.
///
/// For whoever sends something, at the moment it is sent; never to be kept.
public struct Contact: Sendable, Hashable {
    /// The address as its owner wrote it.
    public let email: String
    /// The name to greet with.
    public let name: String?
    /// Whether the owner has proven to read mail there.
    public let isConfirmed: Bool
}
