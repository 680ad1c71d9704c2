import Identifiers
import Jobs

/// The job of sending one letter. It carries no address: that is looked up when it runs.
struct SendMail: JobPayload {
    static let kind = "notifications.send-mail"

    let user: UserID
    let letter: Letter
}
