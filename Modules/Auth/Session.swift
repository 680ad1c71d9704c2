import FoundationEssentials
import Identifiers
import Postgres

/// Names one sign-in.
typealias SessionID = Identifier<Session>

/// One sign-in on one device, as its owner sees it.
struct Session: Sendable, Hashable {
    let id: SessionID
    /// What the client called itself when it signed in.
    let device: String?
    let createdAt: Date
    /// When it last asked for tokens.
    let refreshedAt: Date
}

extension Session {
    /// Reads `id`, `device`, `created_at` and `refreshed_at` of `auth.session`.
    init(_ row: Row) throws {
        id = try row["id"]
        device = try row["device"]
        createdAt = try row["created_at"]
        refreshedAt = try row["refreshed_at"]
    }

    /// Why a session is over.
    enum End: String, Sendable, PostgresCodable {
        /// Its own client signed out.
        case logout
        /// Its owner ended it from the list.
        case revoked
        /// A spent refresh token came back.
        case reuse
    }
}
