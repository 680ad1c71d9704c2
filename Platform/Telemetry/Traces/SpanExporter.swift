import CoreMetrics
public import Logging
public import ServiceLifecycle

/// Sends ended spans to a collector, in batches and in its own time.
///
/// A collector that is away is tried again for a while; then the batch is given up. The queue is bounded meanwhile, so
/// that neither requests nor memory depend on it. Put it first in the service group: it ends last, with what is left.
public struct SpanExporter: Service {
    private let queue: SpanQueue
    private let resource: OTLPResource
    private let transport: OTLPTransport
    private let interval: Duration
    private let backoff: Duration
    private let logger: Logger
    private let exported = Counter(label: "telemetry.spans", dimensions: [("outcome", "exported")])
    private let failed = Counter(label: "telemetry.spans", dimensions: [("outcome", "failed")])

    private static let attempts = 5

    /// An exporter of a queue. `backoff` is the first wait after a failure; it doubles with each further one.
    public init(
        _ queue: SpanQueue,
        of resource: OTLPResource,
        over transport: OTLPTransport,
        every interval: Duration = .seconds(2),
        backoff: Duration = .seconds(1),
        logger: Logger
    ) {
        self.queue = queue
        self.resource = resource
        self.transport = transport
        self.interval = interval
        self.backoff = backoff
        self.logger = logger
    }

    /// Exports until the process stops gracefully, and then once more.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await cancelWhenGracefulShutdown {
                    while (try? await Task.sleep(for: interval)) != nil { queue.wake() }
                }
                queue.close()
            }
            var isHealthy = true
            for await _ in queue.wakes { await export(&isHealthy) }
            await export(&isHealthy)
            await transport.close()
        }
    }

    private func export(_ isHealthy: inout Bool) async {
        while case let spans = queue.take(), !spans.isEmpty {
            let failure = await send(resource.document(of: spans))
            (failure == nil ? exported : failed).increment(by: spans.count)
            if let failure, isHealthy {
                logger.warning("spans cannot be exported", metadata: ["error": "\(failure)"])
            } else if failure == nil, !isHealthy {
                logger.notice("spans are exported again")
            }
            isHealthy = failure == nil
        }
    }

    /// Why it could not be sent; nil when it was.
    private func send(_ body: [UInt8]) async -> String? {
        var failure: String?
        for attempt in 0..<Self.attempts {
            var wait = min(backoff * (1 << attempt), .seconds(30)) * Double.random(in: 0.5...1)
            do {
                let answer = try await transport.post(body)
                if (200..<300).contains(answer.status) { return nil }
                failure = "the collector answered \(answer.status)"
                guard [429, 502, 503, 504].contains(answer.status) else { return failure }
                wait = min(answer.retryAfter ?? wait, .seconds(30))
            } catch {
                failure = "the collector could not be reached: \(type(of: error))"
            }
            // Nobody waits for a collector when the process stops; it is asked once more, at once.
            let last = Task.isShuttingDownGracefully ? 1 : Self.attempts - 1
            guard attempt < last, !Task.isCancelled else { break }
            let pause = wait
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: pause) }
        }
        return failure
    }
}
