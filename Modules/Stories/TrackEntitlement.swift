import EventDelivery
import Events
import Identifiers
import Postgres
import SubscriptionEvents

/// Keeps a copy of what each family's plan allows.
///
/// A row remembers the position of its event in the log, so that an older one, replayed, does not bring back an old
/// plan.
enum TrackEntitlement {
    static let listener = Listener.transactional("stories.track-entitlement", from: .beginning) {
        Reaction.on(SubscriptionCreated.self) { delivered, tx in
            allow(delivered.event.limits, delivered.event.user, since: delivered.envelope.position, in: tx)
        }
        Reaction.on(SubscriptionChanged.self) { delivered, tx in
            allow(delivered.event.limits, delivered.event.user, since: delivered.envelope.position, in: tx)
        }
    }
    .projecting("stories.entitlement")

    private static func allow(
        _ limits: PlanLimits,
        _ parent: UserID,
        since position: Int,
        in tx: borrowing Transaction
    ) {
        tx.send(
            """
            INSERT INTO stories.entitlement AS old (parent, stories_per_day, position)
            VALUES (\(parent), \(limits.storiesPerDay), \(position))
            ON CONFLICT (parent) DO UPDATE
            SET (stories_per_day, position) = (excluded.stories_per_day, excluded.position)
            WHERE old.position < excluded.position
            """
        )
    }
}
