import Cache
import Logging
import Redis
import TestSupport

/// Nodes with a cache each over one Redis, and one source that all of them read.
struct CacheCluster {
    let server: PrivateRedis
    let nodes: [Cache]
    let clients: [RedisClient]

    /// Lends a cluster whose nodes have begun to use Redis.
    static func run(
        nodes count: Int = 2,
        redis: (inout RedisConfiguration) -> Void = { _ in },
        cache: (inout CacheConfiguration) -> Void = { _ in },
        _ body: (CacheCluster) async throws -> Void
    ) async throws {
        let server = try await PrivateRedis()
        defer { server.remove() }
        var configuration = CacheConfiguration()
        // Slow is not away.
        configuration.sharedTimeout = .seconds(30)
        configuration.voidTimeout = .seconds(30)
        cache(&configuration)
        let clients = try (0..<count).map { _ in try server.client(configure: redis) }
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        let nodes = clients.map { Cache(redis: $0, configuration: configuration, logger: silent) }
        let cluster = CacheCluster(server: server, nodes: nodes, clients: clients)
        for node in nodes { _ = try await node.value(for: CacheGroup.themes.key()) { 0 } }
        do {
            try await body(cluster)
        } catch {
            await cluster.close()
            throw error
        }
        await cluster.close()
    }

    private func close() async {
        for client in clients { await client.close() }
    }
}

extension Cache {
    /// What one group has done.
    func numbers(of group: CacheGroup) -> CacheNumbers {
        numbers.first { $0.group == group }?.numbers ?? CacheNumbers()
    }
}
