import AuthEvents
import EventDelivery
import FoundationEssentials
import Identifiers
import Jobs
import Postgres

/// Opens accounts, confirms their addresses, and tells what is known of them.
struct AccountService: Sendable {
    let database: Database
    let accounts: AccountRepository
    let verifications: VerificationRepository
    let events: EventRecorder
    let jobs: JobQueue
    let hasher: PasswordHasher
    let keys: KeyRing
    let configuration: AuthConfiguration

    /// Opens an account.
    ///
    /// Whoever asks learns nothing: for a taken address the same work is done, and its owner gets a mail instead.
    func register(_ registration: Registration) async throws {
        let hash = try await hasher.hash(registration.password)
        let now = configuration.now()
        let end = now + configuration.verificationLifetime.seconds
        let (user, verification) = (UserID.new(), UUID.v7())
        try await database.transaction { tx in
            let owner = try await accounts.claim(
                registration.email,
                name: registration.name,
                for: user,
                at: now,
                in: tx
            )
            guard owner == user else {
                return try jobs.enqueue(SendAlreadyRegisteredMail(user: owner), priority: .high, in: tx)
            }
            accounts.insertPassword(hash, of: user, at: now, in: tx)
            verifications.begin(verification, of: user, at: now, until: end, in: tx)
            try events.record(UserRegistered(user: user), in: tx)
            try jobs.enqueue(SendVerificationMail(verification: verification), priority: .high, in: tx)
        }
    }

    /// Voids the link in the last mail and sends another, if there is anything to confirm.
    ///
    /// Whoever asks learns nothing, also not from the time it takes: COMMIT does not wait for the disk, for a lost
    /// request can be repeated.
    func resendVerification(to email: EmailAddress) async throws {
        let now = configuration.now()
        let end = now + configuration.verificationLifetime.seconds
        let youngest = now - configuration.verificationInterval.seconds
        let verification = UUID.v7()
        var options = TransactionOptions()
        options.asynchronousCommit = true
        try await database.transaction(options) { tx in
            let isNew = try await verifications.replace(
                with: verification,
                for: email,
                at: now,
                until: end,
                unlessAfter: youngest,
                in: tx
            )
            guard isNew else { return }
            try jobs.enqueue(SendVerificationMail(verification: verification), priority: .high, in: tx)
        }
    }

    /// Confirms the address that a token was mailed to.
    ///
    /// A token works once.
    func verifyEmail(token: String) async throws {
        guard let id = try await keys.current().secret.verification(of: token) else {
            throw AuthError.verificationVoid
        }
        let now = configuration.now()
        try await database.transaction { tx in
            guard let user = try await verifications.consume(id, at: now, in: tx) else {
                throw AuthError.verificationVoid
            }
            try await accounts.confirm(user, at: now, in: tx)
            try events.record(EmailVerified(user: user), in: tx)
        }
    }

    /// The account.
    func account(_ user: UserID) async throws -> Account {
        guard let account = try await accounts.account(user) else { throw AuthError.noSuchAccount }
        return account
    }

    /// Makes an account an administrator's at once, also for tokens that are out already; false when there is none.
    func grantAdministrator(_ email: EmailAddress) async throws -> Bool {
        try await database.transaction { tx in try await accounts.grantAdministrator(email, in: tx) }
    }
}
