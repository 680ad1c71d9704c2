import Achievements
import Analytics
import Auth
import Cache
import EventDelivery
import Events
import Families
import Jobs
import Logging
import Mail
import ModuleInterface
import Notifications
import Payments
import Postgres
import Stories
import Subscriptions
import Web

/// What Storytime does: every feature, and the questions that one asks another.
struct Features {
    let auth: AuthModule
    let families: FamiliesModule
    let stories: StoriesModule
    let achievements: AchievementsModule
    let subscriptions: SubscriptionsModule
    let payments: PaymentsModule
    let notifications: NotificationsModule
    let analytics: AnalyticsModule

    init(
        database: Database,
        events: EventRecorder,
        jobs: JobQueue,
        cache: Cache,
        mailer: Mailer,
        configuration: Configuration,
        logger: Logger
    ) {
        let auth = AuthModule(
            database: database,
            events: events,
            jobs: jobs,
            mailer: mailer,
            configuration: configuration.auth
        )
        let families = FamiliesModule(database: database, events: events, cache: cache)
        let subscriptions = SubscriptionsModule(database: database, events: events, cache: cache)
        var notices = NotificationsConfiguration()
        notices.appURL = configuration.publicURL
        self.auth = auth
        self.families = families
        self.subscriptions = subscriptions
        stories = StoriesModule(
            database: database,
            events: events,
            kids: KidDirectory { kid, parent in
                try await families.timeZone(of: kid, parent: parent).map { KidDirectory.Family(timeZone: $0) }
            },
            cache: cache
        )
        achievements = AchievementsModule(
            database: database,
            events: events,
            kids: KidOwnership { kid, parent in try await families.owns(kid: kid, parent: parent) }
        )
        payments = PaymentsModule(
            database: database,
            events: events,
            desk: SubscriptionDesk(
                quote: { plan, period in try await subscriptions.quote(plan: plan, period: period) },
                activate: { plan, period, user, tx in
                    try await subscriptions.activate(plan: plan, period: period, for: user, in: tx)
                }
            )
        )
        notifications = NotificationsModule(
            database: database,
            events: events,
            jobs: jobs,
            mailer: mailer,
            contacts: ContactDirectory { user in
                try await auth.contact(of: user).map { ContactDirectory.Contact(name: $0.name, address: $0.email) }
            },
            configuration: notices,
            logger: logger
        )
        analytics = AnalyticsModule(database: database)
    }

    /// All of them, in the order of the API's description.
    var all: [any FeatureModule] {
        [auth, families, stories, achievements, subscriptions, payments, notifications, analytics]
    }

    /// Every event type that this program knows.
    static var catalog: EventCatalog {
        let modules: [any FeatureModule.Type] = [
            AuthModule.self, FamiliesModule.self, StoriesModule.self, AchievementsModule.self, SubscriptionsModule.self,
            PaymentsModule.self, NotificationsModule.self, AnalyticsModule.self,
        ]
        return EventCatalog(modules.flatMap { $0.events })
    }
}
