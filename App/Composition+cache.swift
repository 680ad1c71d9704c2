import Postgres
import Redis
import Web

extension Composition {
    /// A Redis that is away degrades; memory and Postgres do its work.
    var redisChecks: [HealthCheck] {
        guard let redis else { return [] }
        return [
            HealthCheck("redis:responseTime", required: false) {
                do {
                    try await redis.send(["PING"])
                    return .pass
                } catch {
                    return .warn("It does not answer; every node uses its own memory and Postgres in its place")
                }
            }
        ]
    }

    /// Closes what was opened.
    func close() async {
        await redis?.close()
        await database.close()
    }
}
