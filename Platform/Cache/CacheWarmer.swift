public import Logging
public import ServiceLifecycle

/// Reads that everybody needs, made before anybody asks: at start and on a schedule.
public struct CacheWarmer: Service {
    /// One read that is kept warm.
    public struct Warming: Sendable {
        let name: String
        let interval: Duration
        let warm: @Sendable () async throws -> Void

        /// A read, usually through the cache, and how often it is made. One that finds its value costs nothing.
        public init(_ name: String, every interval: Duration, warm: @escaping @Sendable () async throws -> Void) {
            self.name = name
            self.interval = interval
            self.warm = warm
        }
    }

    private let warmings: [Warming]
    private let start: AsyncStream<Void>
    private let logger: Logger

    /// A warmer of these reads, which begins when the stream ends.
    public init(_ warmings: [Warming], after start: AsyncStream<Void>, logger: Logger) {
        self.warmings = warmings
        self.start = start
        self.logger = logger
    }

    /// Warms until the service is asked to stop. A read that fails is logged and made again when its time comes.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in start {}
            await withDiscardingTaskGroup { group in
                for warming in warmings { group.addTask { await keepWarm(warming) } }
            }
        }
    }

    private func keepWarm(_ warming: Warming) async {
        while !Task.isCancelled {
            do {
                try await warming.warm()
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("cache not warmed", metadata: ["name": "\(warming.name)", "error": "\(error)"])
            }
            try? await Task.sleep(for: warming.interval)
        }
    }
}
