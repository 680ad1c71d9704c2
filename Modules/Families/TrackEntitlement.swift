import EventDelivery
import Events
import Postgres
import SubscriptionEvents

/// Follows what each account's plan allows. Events that come again, or late, change nothing.
struct TrackEntitlement: Sendable {
    let entitlements: EntitlementRepository

    var listener: Listener {
        .transactional("families.track-entitlement", from: .beginning) {
            Reaction.on(SubscriptionCreated.self, perform: created)
            Reaction.on(SubscriptionChanged.self, perform: changed)
        }
        .projecting("families.entitlement")
    }

    func created(_ delivered: Delivered<SubscriptionCreated>, in tx: borrowing Transaction) async throws {
        let event = delivered.event
        entitlements.store(
            Entitlement(plan: event.plan, kids: event.limits.kids),
            for: event.user,
            at: delivered.envelope.position,
            in: tx
        )
    }

    func changed(_ delivered: Delivered<SubscriptionChanged>, in tx: borrowing Transaction) async throws {
        let event = delivered.event
        entitlements.store(
            Entitlement(plan: event.plan, kids: event.limits.kids),
            for: event.user,
            at: delivered.envelope.position,
            in: tx
        )
    }
}
