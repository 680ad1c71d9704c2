import AuthEvents
public import EventDelivery
public import Events
public import Identifiers
public import Jobs
public import Mail
public import ModuleInterface
public import Postgres
public import Web

/// Accounts, passwords, sessions and tokens.
///
/// Hashes and secrets never leave it.
public struct AuthModule: FeatureModule {
    /// Also the schema's name.
    public static let name = "auth"
    /// What it announces.
    public static let events = AuthContract.events

    let accounts: AccountService
    let sessions: SessionService
    let mails: AccountMails
    let keys: KeyRing
    let rules: PasswordRules

    /// The module.
    ///
    /// It reads nothing before ``start()`` or the first request.
    public init(
        database: Database,
        events: EventRecorder,
        jobs: JobQueue,
        mailer: Mailer,
        configuration: AuthConfiguration
    ) {
        let lanes = HashingLanes(count: configuration.hashingConcurrency, backlog: configuration.hashingBacklog)
        self.init(
            database: database,
            events: events,
            jobs: jobs,
            mailer: mailer,
            configuration: configuration,
            hasher: .argon2(configuration.hashing, on: lanes)
        )
    }

    init(
        database: Database,
        events: EventRecorder,
        jobs: JobQueue,
        mailer: Mailer,
        configuration: AuthConfiguration,
        hasher: PasswordHasher
    ) {
        let repository = AccountRepository(database: database)
        let verifications = VerificationRepository(database: database)
        keys = KeyRing(
            Keysmith(database: database, configuration: configuration),
            now: configuration.now
        )
        rules = PasswordRules(minimum: configuration.passwordMinimum)
        accounts = AccountService(
            database: database,
            accounts: repository,
            verifications: verifications,
            events: events,
            jobs: jobs,
            hasher: hasher,
            keys: keys,
            configuration: configuration
        )
        sessions = SessionService(
            database: database,
            accounts: repository,
            sessions: SessionRepository(database: database),
            events: events,
            hasher: hasher,
            keys: keys,
            configuration: configuration
        )
        mails = AccountMails(
            accounts: repository,
            verifications: verifications,
            keys: keys,
            mailer: mailer,
            configuration: configuration
        )
    }

    /// Registering, signing in and out, sessions, and the key set.
    public var endpoints: EndpointGroup {
        EndpointGroup(
            "Accounts",
            "Registering, signing in and out, and the keys that prove it.",
            AccountRoutes(accounts: accounts, rules: rules).endpoints
                + SessionRoutes(sessions: sessions).endpoints + KeyRoutes(keys: keys).endpoints
        )
    }

    /// The mails that accounts get.
    public var jobs: [JobHandler] { mails.jobs }

    /// Reads the signing keys and the secret, and makes them at the very first start.
    ///
    /// Nodes may start together.
    public func start() async throws { _ = try await keys.current() }

    /// Proves bearer tokens.
    ///
    /// The signature is checked in memory; one indexed read then makes sure that the session still lives, and takes the
    /// role from the account, so that logging out and changing roles act at once.
    public var authenticator: Authenticator {
        Authenticator { [sessions] token in try await sessions.authenticate(token) }
    }

    /// How to reach the owner of an account; nil when there is none.
    public func contact(of user: UserID) async throws -> Contact? {
        try await mails.accounts.account(user).map { account in
            Contact(email: account.email, name: account.name, isConfirmed: account.emailVerifiedAt != nil)
        }
    }

    /// Makes an account an administrator's, at once for everything it sends from then on.
    ///
    /// False when nobody has registered the address.
    public func grantAdministrator(email: String) async throws -> Bool {
        try await accounts.grantAdministrator(EmailAddress(email, field: "email"))
    }
}
