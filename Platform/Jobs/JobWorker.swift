import FoundationEssentials
public import Logging
public import Postgres
public import ServiceLifecycle

/// Runs the jobs of this process' handlers, at least once each, until it is stopped.
///
/// Any number of workers on any number of nodes share the table. A graceful stop lets running jobs finish for a while
/// and hands the rest back without counting the attempt.
public struct JobWorker: Service {
    let store: JobStore
    let handlers: [String: JobHandler]
    let configuration: JobConfiguration
    let logger: Logger
    let running = RunningJobs()
    let metrics = JobMetrics()
    private let doorbell: Doorbell

    /// A worker of the jobs that `handlers` know; others stay ready for a worker that knows them.
    public init(
        queue: JobQueue,
        database: Database,
        handlers: [JobHandler],
        configuration: JobConfiguration = JobConfiguration(),
        logger: Logger
    ) {
        self.handlers = Dictionary(handlers.map { ($0.kind, $0) }) { first, _ in
            preconditionFailure("two handlers do jobs of the kind \(first.kind)")
        }
        self.configuration = configuration
        self.logger = logger
        doorbell = queue.doorbell
        store = JobStore(database: database, boot: UUID(), handlers: handlers)
    }

    /// Works until the process stops gracefully or the task is cancelled. Run it once.
    public func run() async {
        let rings = doorbell.rings()
        await reportUnknownKinds()
        await withDiscardingTaskGroup { upkeep in
            upkeep.addTask { await every(configuration.pollInterval) { rings.ring() } }
            upkeep.addTask { await every(configuration.heartbeatInterval) { await beat(rings) } }
            upkeep.addTask { await every(configuration.sweepInterval) { await sweep() } }
            upkeep.addTask { await stopGracefully(rings) }
            rings.ring()
            await work(rings)
            upkeep.cancelAll()
        }
    }

    /// Runs what is due, and what that enqueues, until nothing is due. For tests; it needs no `run`.
    ///
    /// - Returns: How many attempts it made.
    @discardableResult
    package func drain() async throws -> Int {
        var attempts = 0
        while true {
            let jobs = try await store.claim(upTo: configuration.concurrency)
            guard !jobs.isEmpty else { return attempts }
            await withDiscardingTaskGroup { group in
                for job in jobs { start(job, in: &group) {} }
            }
            attempts += jobs.count
        }
    }

    /// Fills free places whenever somebody rings, then sees what is running to its end.
    private func work(_ rings: Doorbell.Rings) async {
        await withDiscardingTaskGroup { attempts in
            for await _ in rings.stream where !Task.isShuttingDownGracefully {
                let free = configuration.concurrency - running.count
                guard free > 0 else { continue }
                for job in await claim(upTo: free) { start(job, in: &attempts) { rings.ring() } }
            }
        }
    }

    private func claim(upTo free: Int) async -> [ClaimedJob] {
        do {
            return try await store.claim(upTo: free)
        } catch {
            logger.warning("jobs could not be claimed", metadata: ["error.type": "\(type(of: error))"])
            return []
        }
    }

    private func start(
        _ job: ClaimedJob,
        in group: inout DiscardingTaskGroup,
        then next: @escaping @Sendable () -> Void
    ) {
        let stops = running.begin(job.claim)
        group.addTask {
            await attempt(job, stops)
            running.end(job.claim)
            next()
        }
    }

    /// Takes no more jobs once the process is to stop, and tells those that outlast the grace time to end.
    private func stopGracefully(_ rings: Doorbell.Rings) async {
        guard (try? await gracefulShutdown()) != nil else { return }
        rings.end()
        try? await Task.sleep(for: configuration.grace)
        running.stop(running.claims, because: .shutdown)
    }
}

private func every(_ interval: Duration, _ work: @Sendable () async -> Void) async {
    while (try? await Task.sleep(for: interval)) != nil { await work() }
}
