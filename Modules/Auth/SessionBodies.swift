import FoundationEssentials
import Identifiers
import Web

struct LoginBody: RequestBody {
    let email: String
    let password: String

    static let schema = Schema.object(
        "Credentials",
        "What signs an account in",
        [
            .required("email", .string(min: 3, max: 320).example("name@example.com"), "The address of the account"),
            .required("password", .string(min: 1, max: 512).example("a quiet evening at home"), "Its password"),
        ]
    )
}

struct RefreshBody: RequestBody {
    let refreshToken: String

    static let schema = Schema.object(
        "RefreshRequest",
        "A refresh token to trade in",
        [.required("refreshToken", .string(min: 1, max: 128).example("q1Vb3mXo9aZr0sT7"), "The newest refresh token")]
    )
}

/// One line in the list of sessions.
struct SessionItem: Encodable, Described, Hashable {
    let id: SessionID
    let device: String?
    let createdAt: Date
    let refreshedAt: Date
    let current: Bool

    init(_ session: Session, isCurrent: Bool) {
        id = session.id
        device = session.device
        createdAt = session.createdAt
        refreshedAt = session.refreshedAt
        current = isCurrent
    }

    static let schema = Schema.object(
        "Session",
        "Somewhere the account is signed in",
        [
            .required("id", .id, "Names it, for signing out elsewhere"),
            .optional("device", .string().example("Storytime for iPad"), "What the client called itself"),
            .required("createdAt", .dateTime, "When somebody signed in"),
            .required("refreshedAt", .dateTime, "When it last asked for tokens"),
            .required("current", .boolean, "Whether this request belongs to it"),
        ]
    )
}

/// Where a page of the list ended: the last session on it, in base64url.
enum SessionCursor {
    static func write(_ session: SessionID) -> String { Base64URL.encode(session.rawValue.bytes) }

    static func read(_ text: String) throws -> SessionID {
        guard let id = Base64URL.decode(text).flatMap({ UUID(bytes: $0) }) else {
            throw AuthError.invalid([
                .parameter("cursor", .format, "Send nextCursor of the previous page, or leave it out")
            ])
        }
        return SessionID(id)
    }
}
