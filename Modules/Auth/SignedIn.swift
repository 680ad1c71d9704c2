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
        "What a client holds after signing in or refreshing",
        [
            .required(
                "accessToken",
                .string().example("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMTkwIn0.c2lnbmF0dXJl"),
                "Send it as `Authorization: Bearer …`"
            ),
            .required("tokenType", .enumeration(["Bearer"]), "How the access token is sent"),
            .required("expiresIn", .integer(min: 1, max: 900), "Seconds for which the access token is good"),
            .required("refreshToken", .string().example("q1Vb3mXo9aZr0sT7"), "Spend it once, at /v1/auth/refresh"),
            .required("user", User.schema),
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
        "An account as its owner sees it",
        [
            .required("id", .id, "The account"),
            .required("email", .string().example("name@example.com"), "The address that it signs in with"),
            .optional("name", .string().example("Ada"), "The name to show"),
            .required("role", .enumeration(Role.self), "What the account may do"),
            .required("emailVerified", .boolean, "Whether the address was confirmed"),
            .required("createdAt", .dateTime, "When the account was opened"),
        ]
    )
}
