public import EventDelivery
public import Events
public import Jobs
public import Logging
public import Mail
public import ModuleInterface
import NotificationEvents
public import Postgres
public import Web

/// Tells people what happened: in the app at once, by mail through a job.
///
/// The channels are independent. What is shown in the app is written in the listener's own transaction; a mail that
/// cannot be sent is retried by its job and never holds anything else up.
public struct NotificationsModule: FeatureModule {
    /// The schema, and what stored names begin with.
    public static let name = "notifications"
    /// What the module announces.
    public static let events = NotificationContract.events

    private let inbox: InboxService
    private let announcer: Announcer
    private let postman: Postman

    /// A module that sends with `mailer` to the addresses in `contacts`.
    public init(
        database: Database,
        events: EventRecorder,
        jobs: JobQueue,
        mailer: Mailer,
        contacts: ContactDirectory,
        configuration: NotificationsConfiguration = NotificationsConfiguration(),
        logger: Logger
    ) {
        inbox = InboxService(database: database)
        announcer = Announcer(events: events, jobs: jobs)
        postman = Postman(
            database: database,
            events: events,
            mailer: mailer,
            contacts: contacts,
            configuration: configuration,
            logger: logger
        )
    }

    /// The module's routes.
    public var endpoints: EndpointGroup { InboxRoutes(inbox: inbox).group }

    /// What the module listens to.
    @ListenerBuilder public var listeners: [Listener] {
        WelcomeUser(announcer: announcer).listener
        CelebrateBadge(announcer: announcer).listener
        SendReceipt(announcer: announcer).listener
        WarnOfFailedPayment(announcer: announcer).listener
    }

    /// What the module does later.
    public var jobs: [JobHandler] { [postman.handler] }

    /// Nothing is pushed to devices: no such channel is configured.
    public var healthChecks: [HealthCheck] { [HealthCheck("push:delivery", probed: false) { .notConfigured }] }
}
