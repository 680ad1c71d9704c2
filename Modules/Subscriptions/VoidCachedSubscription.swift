import Cache
import EventDelivery
import SubscriptionEvents

/// Makes every node forget what it has cached of an account whose subscription changed.
struct VoidCachedSubscription: Sendable {
    let cache: Cache

    var listener: Listener {
        .volatile("subscriptions.void-cached-subscription") {
            VolatileReaction.on(SubscriptionCreated.self) { created in
                cache.invalidate([CachedSubscriptions.key(of: created.event.user)])
            }
            VolatileReaction.on(SubscriptionChanged.self) { changed in
                cache.invalidate([CachedSubscriptions.key(of: changed.event.user)])
            }
        }
    }
}
