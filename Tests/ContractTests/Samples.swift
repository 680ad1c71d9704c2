import AchievementEvents
import AuthEvents
import Events
import FamilyEvents
import Foundation
import Identifiers
import NotificationEvents
import PaymentEvents
import StoryEvents
import SubscriptionEvents

/// One event of each type, from which its golden file is made.
enum Samples {
    static let events: [any DomainEvent] = [
        BadgeEarned(kid: kid, parent: user, badge: "first-story", earnedAt: moment),
        StreakUpdated(kid: kid, parent: user, current: 3, longest: 12),
        UserRegistered(user: user),
        EmailVerified(user: user),
        RefreshTokenReused(user: user, session: other),
        KidCreated(kid: kid, parent: user, timeZone: "Europe/Berlin"),
        KidUpdated(kid: kid, parent: user),
        KidDeleted(kid: kid, parent: user),
        KidRestored(kid: kid, parent: user, timeZone: "Europe/Berlin"),
        TimeZoneChanged(parent: user, timeZone: "America/New_York"),
        NotificationSent(notification: other, user: user, category: "badges", channel: "mail"),
        PaymentCompleted(payment: other, user: user, plan: "family", amount: 999, currency: "EUR"),
        PaymentFailed(
            payment: other,
            user: user,
            plan: "family",
            amount: 999,
            currency: "EUR",
            reason: "card-declined"
        ),
        StoryCompleted(
            story: StoryID(other),
            kid: kid,
            parent: user,
            category: "adventure",
            seconds: 480,
            completedAt: moment
        ),
        SubscriptionCreated(user: user, plan: "free", limits: PlanLimits(kids: 1, storiesPerDay: 3)),
        SubscriptionChanged(
            user: user,
            previousPlan: "free",
            plan: "family",
            limits: PlanLimits(kids: 5, storiesPerDay: 50),
            endsAt: moment
        ),
    ]

    private static let user = UserID(identifier(1))
    private static let kid = KidID(identifier(2))
    private static let other = identifier(3)
    private static let moment = Date(timeIntervalSince1970: 1_767_225_600.25)

    private static func identifier(_ last: UInt8) -> UUID {
        UUID(uuid: (0x01, 0x8F, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, last))
    }
}
