public import FoundationEssentials
public import Identifiers

/// Who may use an endpoint.
public enum Access: Sendable, Hashable {
    /// Anyone, signed in or not.
    case anyone
    /// Anyone signed in, whatever the role.
    case account
    /// Parents.
    case parent
    /// Administrators.
    case administrator

    func admits(_ role: Role) -> Bool {
        switch self {
        case .anyone, .account: true
        case .parent: role == .parent
        case .administrator: role == .administrator
        }
    }
}

/// What an account may be.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// Has kids, a plan and a wallet.
    case parent
    /// Runs the product.
    case administrator
}

/// Who sent a request, as its bearer token proves.
public struct Identity: Sendable, Hashable {
    /// The account.
    public let user: UserID
    /// The session the token belongs to.
    public let session: UUID
    /// What the account may do.
    public let role: Role

    /// An identity that was proven.
    public init(user: UserID, session: UUID, role: Role) {
        self.user = user
        self.session = session
        self.role = role
    }
}

/// Turns a bearer token into an identity.
///
/// App fills it from the module that knows tokens.
public struct Authenticator: Sendable {
    /// Proves a token or throws ``ProblemCode/invalidToken`` or ``ProblemCode/tokenExpired``.
    public let authenticate: @Sendable (_ bearerToken: String) async throws -> Identity
    /// Whose token it is, as far as the token alone can tell; nil for one that is not good. It opens no door: only to count
    /// requests to what is open to anyone.
    let owner: @Sendable (_ bearerToken: String) async -> UserID?

    /// An authenticator that asks these closures.
    public init(
        authenticate: @escaping @Sendable (_ bearerToken: String) async throws -> Identity,
        owner: @escaping @Sendable (_ bearerToken: String) async -> UserID? = { _ in nil }
    ) {
        self.authenticate = authenticate
        self.owner = owner
    }

    /// Accepts no token at all.
    public static let denyingAll = Authenticator { _ in throw Problem(.invalidToken) }
}
