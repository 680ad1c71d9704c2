import AchievementEvents
import EventDelivery
import Identifiers
import Postgres
import StrictJSON

/// Shows the family that a child earned a badge.
struct CelebrateBadge: Sendable {
    let announcer: Announcer

    var listener: Listener {
        .transactional("notifications.celebrate-badge") {
            Reaction.on(BadgeEarned.self, perform: earned)
        }
    }

    @Sendable private func earned(_ delivered: Delivered<BadgeEarned>, tx: borrowing Transaction) async throws {
        let earned = delivered.event
        let badge = earned.badge.wordsFromSlug
        let notice = Notice(
            user: earned.parent,
            category: .badgeEarned,
            title: "New badge: \(badge)",
            body: "Your child has just earned the badge “\(badge)”. Have a look together!",
            data: ["badge": .string(earned.badge), "kid": .string(earned.kid.description)]
        )
        try await announcer.show(notice, because: delivered.envelope, in: tx)
    }
}
