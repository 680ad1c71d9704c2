import FoundationEssentials
import Identifiers
import Web

/// What a client holds after signing in or refreshing.
struct SignedIn: ResponseBody, Hashable {
    let accessToken: String
    let tokenType = "Bearer"
    let expiresIn: Int
    let refreshToken: String
    let user: User

    static let schema = Schema.object(
        "SignedIn",
        [
            .required("accessToken", .string(), "Send it as `Authorization: Bearer …`"),
            .required("tokenType", .enumeration(["Bearer"]), "How the access token is sent"),
            .required("expiresIn", .integer(min: 1, max: 900), "Seconds for which the access token is good"),
            .required("refreshToken", .string(), "Spend it once, at /v1/auth/refresh"),
            .required("user", User.schema, "Who signed in"),
        ]
    )
}

/// An account as its owner sees it.
struct User: ResponseBody, Hashable {
    let id: UserID
    let email: String
    let name: String?
    let role: Role
    let emailVerified: Bool
    let createdAt: Date

    init(_ account: Account) {
        id = account.id
        email = account.email
        name = account.name
        role = account.role
        emailVerified = account.emailVerifiedAt != nil
        createdAt = account.createdAt
    }

    static let schema = Schema.object(
        "User",
        [
            .required("id", .id, "The account"),
            .required("email", .string(), "The address to sign in with"),
            .optional("name", .string(), "The name to show"),
            .required("role", .enumeration(Role.self), "What the account may do"),
            .required("emailVerified", .boolean, "Whether the address was confirmed"),
            .required("createdAt", .dateTime, "When the account was opened"),
        ]
    )
}
