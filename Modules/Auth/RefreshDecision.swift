import FoundationEssentials

/// What a refresh token is worth.
enum RefreshDecision: Hashable {
    /// It is the newest: its successor is due.
    case rotate
    /// It was spent a moment ago, perhaps because the reply was lost: the same successor again.
    case repeatSuccessor
    /// It was spent before: two hold tokens of one session, and one of them should not.
    case reused
    /// The session lasted too long without being refreshed.
    case expired
    /// The session is over, or never reached this generation.
    case void

    /// Decides about one generation of a session.
    init(generation: Int, of session: RefreshState, at now: Date, grace: Duration) {
        self =
            switch session.generation - generation {
            case _ where session.isEnded: .void
            case _ where session.expiresAt <= now: .expired
            case 0: .rotate
            case 1 where now <= session.refreshedAt + grace.seconds: .repeatSuccessor
            case 1...: .reused
            default: .void
            }
    }
}

/// What a session's row says about its refresh tokens.
struct RefreshState: Sendable, Hashable {
    /// The newest generation that was given out.
    let generation: Int
    /// When it was.
    let refreshedAt: Date
    let expiresAt: Date
    let isEnded: Bool
}
