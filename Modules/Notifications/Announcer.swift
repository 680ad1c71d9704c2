import EventDelivery
import Events
import FoundationEssentials
import Identifiers
import Jobs
import NotificationEvents
import Postgres

/// Puts notifications on their channels, in the transaction of the listener that has cause to.
///
/// Everything is keyed by the event, so hearing it twice announces it once.
struct Announcer: Sendable {
    let events: EventRecorder
    let jobs: JobQueue

    /// Shows a notice in the app.
    func show(_ notice: Notice, because event: EventEnvelope, in tx: borrowing Transaction) async throws {
        guard try await InboxRepository.insert(notice, because: event, in: tx) else { return }
        let sent = NotificationSent(
            notification: event.id,
            user: notice.user,
            category: notice.category.rawValue,
            channel: Channel.inApp.rawValue
        )
        try events.record(sent, in: tx)
    }

    /// Has a letter sent by mail.
    func mail(
        _ letter: Letter,
        to user: UserID,
        because event: EventEnvelope,
        in tx: borrowing Transaction
    ) async throws {
        guard try await MailRepository.insert(letter.category, to: user, because: event, in: tx) else { return }
        try jobs.enqueue(SendMail(user: user, letter: letter), id: event.id, in: tx)
    }
}
