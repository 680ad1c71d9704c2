import Cache
import EventOutbox
import ModuleInterface
import Postgres
import Redis
import ServiceLifecycle
import Web

extension Composition {
    /// A Redis that is away degrades; memory and Postgres do its work.
    var redisChecks: [HealthCheck] {
        guard let redis else { return [HealthCheck("redis:responseTime") { .notConfigured }] }
        return [
            HealthCheck("redis:responseTime") {
                do {
                    try await redis.send(["PING"])
                    return .pass
                } catch {
                    return .warn("It does not answer; every node uses its own memory and Postgres in its place")
                }
            }
        ]
    }

    /// Keeps the cache warm, and lets operators look into it and void it.
    var caching: [any Service] {
        [
            CacheWarmer(features.all.flatMap(\.warmings), after: hearing.stream, logger: logger),
            CacheNode(cache, name: "\(node.host)/\(node.pid)/\(node.boot)".lowercased(), logger: logger),
        ]
    }

    /// Closes what was opened.
    func close() async {
        await redis?.close()
        await database.close()
    }
}
