import EventDelivery
import Events
import Logging
import Postgres

/// Runs lanes as events arrive, on a fixed number of workers.
actor Dispatcher {
    private let runner: LaneRunner
    private let store: CursorStore
    private let bus: EventBus
    private let configuration: OutboxConfiguration
    private let logger: Logger
    private var state: DispatchState
    private var workers: [CheckedContinuation<Void, Never>] = []

    init(
        _ lanes: [(listener: Listener, lane: Lane, position: Int)], runner: LaneRunner, store: CursorStore,
        configuration: OutboxConfiguration, logger: Logger
    ) {
        self.runner = runner
        self.store = store
        bus = runner.bus
        self.configuration = configuration
        self.logger = logger
        state = DispatchState(lanes)
    }

    /// Follows the bus until cancelled; lanes at work finish first.
    func run() async {
        state.wakeAll()
        await withDiscardingTaskGroup { group in
            group.addTask { await self.follow() }
            group.addTask { await self.keepUp() }
            for _ in 0..<configuration.concurrency { group.addTask { await self.work() } }
        }
    }

    /// Runs every lane until none has anything left; for tests and tools that have no workers running.
    func drain() async throws -> Int {
        var handled = 0
        state.wakeAll()
        while let (listener, lane) = state.next() {
            let outcome = try await runner.run(listener, lane)
            if case .moved(_, let count, _) = outcome { handled += count }
            state.finished(lane, outcome)
        }
        return handled
    }

    // MARK: Following

    private func follow() async {
        var position = await bus.head
        while !Task.isCancelled {
            await bus.wait(after: position)
            if let events = await bus.events(after: position, limit: .max) {
                state.arrived(events)
                position = events.last?.position ?? position
            } else {
                position = await bus.head
                state.wakeAll()
            }
            wakeWorkers()
        }
        wakeWorkers()
    }

    /// The backstop: due retries, cursors that another node left behind, and cursors of lanes with nothing to do.
    private func keepUp() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.advance / 5)
            do {
                state.wakeBehind()
                state.wake(try await store.lanesWithDueRetries())
                wakeWorkers()
                try await store.advance(state.idleCursors())
            } catch {
                logger.warning("outbox backstop failed", metadata: ["error": "\(error)"])
            }
        }
    }

    // MARK: Working

    private func work() async {
        while !Task.isCancelled {
            guard let (listener, lane) = state.next() else {
                await waitForWork()
                continue
            }
            await run(listener, lane)
        }
    }

    private func run(_ listener: Listener, _ lane: Lane) async {
        do {
            state.finished(lane, try await runner.run(listener, lane))
        } catch {
            guard !Task.isCancelled else { return }
            logger.warning(
                "lane failed and will be tried again",
                metadata: ["listener": "\(lane.listener)", "lane": "\(lane.index)", "error": "\(error)"]
            )
            try? await Task.sleep(for: configuration.pause)
            state.finished(lane, .failed)
            state.wake([lane])
        }
    }

    private func waitForWork() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { workers.append(continuation) }
            }
        } onCancel: {
            // Waking is harmless: whoever wakes looks again.
            Task { await wakeWorkers() }
        }
    }

    private func wakeWorkers() {
        let waiting = workers
        workers = []
        for worker in waiting { worker.resume() }
    }
}
