import Cache
import EventDelivery
import FamilyEvents

/// Makes every node forget what it has cached of a family that changed.
struct VoidCachedFamily: Sendable {
    let cache: Cache

    var listener: Listener {
        .volatile("families.void-cached-family") {
            VolatileReaction.on(KidCreated.self) { cache.invalidate([CachedFamilies.kids(of: $0.event.parent)]) }
            VolatileReaction.on(KidUpdated.self) { cache.invalidate([CachedFamilies.kids(of: $0.event.parent)]) }
            VolatileReaction.on(KidDeleted.self) { cache.invalidate([CachedFamilies.kids(of: $0.event.parent)]) }
            VolatileReaction.on(KidRestored.self) { cache.invalidate([CachedFamilies.kids(of: $0.event.parent)]) }
            VolatileReaction.on(TimeZoneChanged.self) {
                cache.invalidate([CachedFamilies.settings(of: $0.event.parent)])
            }
        }
    }
}
