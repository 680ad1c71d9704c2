import FoundationEssentials
import Identifiers
import Jobs
import Mail

/// Sends what accounts are told by mail.
///
/// Each runs at least once: the mail's id is the job's.
struct AccountMails: Sendable {
    let accounts: AccountRepository
    let verifications: VerificationRepository
    let keys: KeyRing
    let mailer: Mailer
    let configuration: AuthConfiguration

    var jobs: [JobHandler] {
        [
            .on(SendVerificationMail.self, perform: sendVerification),
            .on(SendAlreadyRegisteredMail.self, perform: sendAlreadyRegistered),
        ]
    }

    /// Sends nothing when the verification was used, replaced, or has expired while the job waited.
    @Sendable func sendVerification(_ job: SendVerificationMail, _ run: JobRun) async throws {
        guard let pending = try await verifications.pending(job.verification) else { return }
        guard configuration.now() < pending.expiresAt else { return }
        let token = try await keys.current().secret.verificationToken(job.verification)
        let letter = Letter.verification(name: pending.name, token: token, configuration: configuration)
        try await send(letter, to: pending.email, run, date: pending.createdAt)
    }

    /// Sends nothing when the account is gone.
    @Sendable func sendAlreadyRegistered(_ job: SendAlreadyRegisteredMail, _ run: JobRun) async throws {
        guard let account = try await accounts.account(job.user) else { return }
        let letter = Letter.alreadyRegistered(name: account.name, configuration: configuration)
        try await send(letter, to: account.email, run, date: run.id.timestamp ?? configuration.now())
    }

    private func send(_ letter: Letter, to address: String, _ run: JobRun, date: Date) async throws {
        do {
            try await mailer.send(
                MailMessage(
                    to: MailAddress(address),
                    subject: letter.subject,
                    text: letter.text,
                    html: letter.html,
                    id: "auth.\(run.id.uuidString.lowercased())",
                    date: date
                ),
                in: run
            )
        } catch let error as MailError where [.permanent, .invalidMessage].contains(error.code) {
            throw JobRefused("\(error)")
        }
    }
}
