public import Identifiers

/// How to reach an account: a question to the module that keeps names and addresses, so that nobody else has to.
public struct ContactDirectory: Sendable {
    /// Whom to write to, and where.
    public struct Contact: Sendable, Hashable {
        /// How the person wants to be called; nil when unknown.
        public let name: String?
        /// The mail address.
        public let address: String

        /// A contact.
        public init(name: String?, address: String) {
            self.name = name
            self.address = address
        }
    }

    /// The account's contact; nil when there is no such account any more.
    public let contact: @Sendable (_ user: UserID) async throws -> Contact?

    /// A directory that asks this closure.
    public init(contact: @escaping @Sendable (_ user: UserID) async throws -> Contact?) {
        self.contact = contact
    }
}
