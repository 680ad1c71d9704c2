import AuthEvents
import EventDelivery
import Postgres

/// Welcomes an account once its address is known to be real, in the app and by mail.
struct WelcomeUser: Sendable {
    let announcer: Announcer

    var listener: Listener {
        .transactional("notifications.welcome-user") {
            Reaction.on(EmailVerified.self, perform: verified)
        }
    }

    @Sendable private func verified(_ delivered: Delivered<EmailVerified>, tx: borrowing Transaction) async throws {
        let user = delivered.event.user
        let notice = Notice(
            user: user,
            category: .welcome,
            title: "Welcome to Storytime",
            body: "Add a child's profile and begin with your first story."
        )
        try await announcer.show(notice, because: delivered.envelope, in: tx)
        try await announcer.mail(.welcome, to: user, because: delivered.envelope, in: tx)
    }
}
