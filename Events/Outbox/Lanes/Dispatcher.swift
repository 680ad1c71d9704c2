import EventDelivery
import Events
import Logging
import Postgres
import ServiceLifecycle

/// Runs lanes as events arrive, on a fixed number of workers.
actor Dispatcher {
    private let runner: LaneRunner
    private let store: CursorStore
    private let bus: EventBus
    private let configuration: OutboxConfiguration
    private let progress: LaneProgress
    private let logger: Logger
    private var state: DispatchState
    private var workers: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false
    /// Up to where the bus was followed.
    private var followed = 0
    private var superseded: Set<String> = []

    init(
        _ lanes: [(listener: Listener, lane: Lane, position: Int)],
        runner: LaneRunner,
        store: CursorStore,
        progress: LaneProgress,
        logger: Logger
    ) {
        self.runner = runner
        self.store = store
        bus = runner.bus
        configuration = runner.configuration
        self.progress = progress
        self.logger = logger
        state = DispatchState(lanes, brief: runner.configuration.brief)
    }

    /// Follows the bus from a position until the service group stops: lanes at work finish first. Cancelling rolls them
    /// back.
    func run(from position: Int) async {
        state.wakeAll()
        followed = position
        await withDiscardingTaskGroup { group in
            group.addTask { await cancelWhenGracefulShutdown { await self.follow() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.keepUp() } }
            for _ in 0..<configuration.concurrency {
                group.addTask {
                    await withGracefulShutdownHandler {
                        await self.work()
                    } onGracefulShutdown: {
                        // Free-standing: the handler cannot wait.
                        Task { await self.stop() }
                    }
                }
            }
        }
        // With all cursors at one place, the next start may divide listeners anew.
        await catchUp()
        if !Task.isCancelled { await attend("cursors were not moved up at the end") { try await self.moveUp() } }
    }

    /// Runs every lane until none has anything left; for tests and tools that have no workers running.
    func drain() async throws -> Int {
        var handled = 0
        state.wakeAll()
        while let (listener, lanes) = state.next() {
            for (lane, outcome) in try await runner.run(listener, lanes) {
                if case .moved(_, let count, _) = outcome { handled += count }
                state.finished(lane, outcome)
            }
            progress.moved(listener.name)
        }
        return handled
    }

    // MARK: Following

    /// It begins before the lanes were woken: between that and what a lane sees by itself nothing is missed.
    private func follow() async {
        while !Task.isCancelled {
            await bus.wait(after: followed)
            await catchUp()
            wakeWorkers()
        }
    }

    private func catchUp() async {
        if let events = await bus.events(after: followed, limit: .max) {
            state.arrived(events)
            followed = events.last?.position ?? followed
        } else {
            followed = await bus.head
            state.wakeAll()
        }
    }

    /// The backstop: due retries, lanes that another node had, and cursors of lanes with nothing to do.
    private func keepUp() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.backstop)
            state.wakeBehind()
            wakeWorkers()
            await attend("outbox backstop failed") {
                self.wake(try await self.store.lanesWithDueRetries())
                try await self.moveUp()
            }
        }
    }

    private func wake(_ lanes: Set<Lane>) {
        state.wake(lanes)
        wakeWorkers()
    }

    private func moveUp() async throws {
        let moves = state.idleCursors
        state.moved(try await store.move(moves), of: moves)
    }

    private func attend(_ failure: Logger.Message, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            if !Task.isCancelled { logger.warning(failure, metadata: ["error": "\(error)"]) }
        }
    }

    // MARK: Working

    private func work() async {
        while !Task.isCancelled, !isStopping {
            guard let (listener, lanes) = state.next() else {
                await waitForWork()
                continue
            }
            await run(listener, lanes)
        }
    }

    private func run(_ listener: Listener, _ lanes: [Lane]) async {
        let start = ContinuousClock.now
        do {
            let outcomes = try await runner.run(listener, lanes)
            if outcomes.values.contains(.superseded) { reportSuperseded(listener) }
            progress.moved(listener.name)
            let taken = start.duration(to: .now)
            runner.metrics.ran(listener.name, for: taken)
            state.ran(lanes.count, of: listener, in: taken)
            for (lane, outcome) in outcomes { state.finished(lane, outcome) }
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning(
                "lanes failed and will be tried again",
                metadata: [
                    "listener": "\(listener.name)", "lanes": "\(lanes.map(\.index))", "error": "\(error)",
                ]
            )
            try? await Task.sleep(for: configuration.pause)
            for lane in lanes { state.finished(lane, .failed) }
            state.wake(Set(lanes))
        }
    }

    private func reportSuperseded(_ listener: Listener) {
        guard superseded.insert(listener.name).inserted else { return }
        logger.notice(
            "a newer program has redefined a listener; this one leaves it to that",
            metadata: ["listener": "\(listener.name)"]
        )
    }

    private func waitForWork() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled || isStopping { continuation.resume() } else { workers.append(continuation) }
            }
        } onCancel: {
            // Waking is harmless: whoever wakes looks again.
            Task { await wakeWorkers() }
        }
    }

    private func stop() {
        isStopping = true
        wakeWorkers()
    }

    private func wakeWorkers() {
        let waiting = workers
        workers = []
        for worker in waiting { worker.resume() }
    }
}
