import FoundationEssentials
import Jobs

/// Mails the link that confirms an address.
///
/// The token in it is derived from the row when the job runs.
struct SendVerificationMail: JobPayload, Hashable {
    static let kind = "auth.send-verification"

    /// The row of `auth.email_verification`.
    let verification: UUID
}
