import Cache
import EventOutbox
import ModuleInterface
import Postgres
import Web

extension Composition {
    /// Connects what clients ask about their writes with the outbox, which knows, and with the replica, which has to be
    /// as new.
    var readYourWrites: ReadYourWrites {
        let projections = Projections(outbox, listeners: features.all.flatMap(\.listeners))
        projections.require(features.all.flatMap { $0.endpoints.endpoints.flatMap(\.projections) })
        return ReadYourWrites(limit: configuration.freshness) { [cache] handle in
            // Whoever changes something decides by what is true now, and is answered when what it made void is void.
            await ReplicaFloor.primary.run {
                await Cache.bypassed { await cache.settling { await CommittedWrites.collect(during: handle) } }
            }
        } waiting: { writes, names, limit, handle in
            let standing = await projections.wait(for: writes, in: names, atMost: limit)
            // This node's memory may not have heard of the writes yet.
            let answer = await standing.floor.run { await Cache.bypassed { await handle() } }
            return (answer, standing.forClients)
        }
    }
}

extension Projections.Standing {
    fileprivate var floor: ReplicaFloor {
        if case .fresh(let position) = self { .replayed(position) } else { .primary }
    }

    fileprivate var forClients: ReadYourWrites.Standing {
        switch self {
        case .fresh: .fresh
        case .stale(let behind): .stale(behind: behind)
        case .unknown: .unknown
        }
    }
}
