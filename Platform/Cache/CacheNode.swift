public import Logging
public import ServiceLifecycle

/// What a node with a cache does beside using it: it heeds operators who void keys for all nodes, and tells them what it
/// has done.
public struct CacheNode: Service {
    private let cache: Cache
    private let name: String
    private let interval: Duration
    private let logger: Logger

    /// A node of this name, which no other has. It tells its numbers so often.
    public init(_ cache: Cache, name: String, every interval: Duration = .seconds(5), logger: Logger) {
        self.cache = cache
        self.name = name
        self.interval = interval
        self.logger = logger
    }

    /// Runs until the service is asked to stop; without a Redis there is nothing to do.
    public func run() async throws {
        guard let shared = cache.shared else {
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await shared.listen(heed) }
                group.addTask { await report(to: shared) }
            }
        }
    }

    @Sendable private func heed(_ notice: CacheNotice) {
        switch notice {
        case .all: cache.forgetMemory()
        case .keys(let keys): cache.forget(keys)
        }
    }

    private func report(to shared: SharedTier) async {
        while !Task.isCancelled {
            let groups = Dictionary(uniqueKeysWithValues: cache.numbers.map { ($0.group.name, $0.numbers) })
            do {
                try await shared.store(CacheReport(node: name, groups: groups), for: interval * 3)
            } catch {
                // A Redis that is away is reported by its client.
                logger.debug("cache numbers not stored", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: interval)
        }
    }
}
