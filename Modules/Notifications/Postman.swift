import EventDelivery
import FoundationEssentials
import Jobs
import Logging
import Mail
import NotificationEvents
import Postgres

/// Sends the letters that jobs ask for.
///
/// A letter is sent again only when the process died between sending and noting it; the message's identifier, which is
/// the job's, then tells mail readers that it is the same.
struct Postman: Sendable {
    let database: Database
    let events: EventRecorder
    let mailer: Mailer
    let contacts: ContactDirectory
    let configuration: NotificationsConfiguration
    let logger: Logger

    var handler: JobHandler { .on(SendMail.self, perform: deliver) }

    @Sendable private func deliver(_ job: SendMail, _ run: JobRun) async throws {
        guard let writtenAt = try await MailRepository.unsent(run.id, database) else { return }
        guard let contact = try await contacts.contact(job.user) else {
            logger.info("a mail was not sent because its account is gone", metadata: ["job.id": "\(run.id)"])
            return
        }
        do {
            try await mailer.send(try message(job.letter, to: contact, id: run.id, writtenAt), in: run)
        } catch let error as MailError where error.code == .permanent || error.code == .invalidMessage {
            throw JobRefused("\(error)")
        }
        try await database.transaction { tx in
            guard try await MailRepository.markSent(run.id, in: tx) else { return }
            let sent = NotificationSent(
                notification: run.id,
                user: job.user,
                category: job.letter.category.rawValue,
                channel: Channel.mail.rawValue
            )
            try events.record(sent, in: tx)
        }
    }

    private func message(
        _ letter: Letter,
        to contact: ContactDirectory.Contact,
        id: UUID,
        _ writtenAt: Date
    ) throws(MailError) -> MailMessage {
        let composed = letter.composed(for: contact.name, appURL: configuration.appURL)
        return try MailMessage(
            to: try MailAddress(contact.address, name: contact.name),
            subject: composed.subject,
            text: composed.text,
            html: composed.html,
            id: id.uuidString.lowercased(),
            date: writtenAt
        )
    }
}
