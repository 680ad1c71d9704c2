import Identifiers
import Jobs

/// Tells the owner of an account that somebody tried to register its address again.
struct SendAlreadyRegisteredMail: JobPayload, Hashable {
    static let kind = "auth.send-already-registered"

    /// The account.
    let user: UserID
}
