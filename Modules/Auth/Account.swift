import FoundationEssentials
import Identifiers
import Postgres
import Web

/// Somebody who registered: everything but the password.
struct Account: Sendable, Hashable {
    let id: UserID
    let email: String
    let name: String?
    let role: Role
    let createdAt: Date
    let emailVerifiedAt: Date?
}

extension Account {
    /// Reads `id`, `email`, `name`, `role`, `created_at` and `email_verified_at` of `auth.account`.
    init(_ row: Row) throws {
        id = try row["id"]
        email = try row["email"]
        name = try row["name"]
        guard let role = Role(rawValue: try row["role"]) else { throw AuthError.noSuchAccount }
        self.role = role
        createdAt = try row["created_at"]
        emailVerifiedAt = try row["email_verified_at"]
    }
}
