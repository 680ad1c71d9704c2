public import EventDelivery
import Events
public import Logging
import Postgres
public import ServiceLifecycle

/// The delivering side of the event path in one process: places committed events in the log and brings them to the
/// listeners.
///
/// Every node may run one. They need not know each other: the log's end and every cursor are guarded by locks in
/// Postgres.
public final class OutboxDelivery: Service {
    let database: Database
    package let bus: EventBus
    let store: CursorStore
    let configuration: OutboxConfiguration
    let logger: Logger
    private let sequencer: Sequencer
    private let wake: Wake

    /// Delivers what is recorded in the outbox's database to these listeners.
    public init(
        _ outbox: Outbox,
        listeners: [Listener],
        configuration: OutboxConfiguration = OutboxConfiguration(),
        logger: Logger
    ) {
        database = outbox.database
        bus = EventBus(listeners: listeners, capacity: configuration.tail)
        store = CursorStore(database: database)
        sequencer = Sequencer(database)
        wake = Wake(on: database.loop)
        self.configuration = configuration
        self.logger = logger
        outbox.committed.subscribe { [bus, wake, logger] events in
            wake.signal()
            await bus.announce(events, logger: logger)
        }
    }

    /// Delivers until the service group stops; lanes at work finish first. Throws when the log has gone back in time:
    /// nothing in this process' memory can be trusted then, so start it anew.
    public func run() async throws {
        let dispatcher = try await prepare()
        let start = await bus.head
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await cancelWhenGracefulShutdown { try await self.sequence() } }
            group.addTask { await dispatcher.run(from: start) }
            for listener in bus.listeners where listener.effect == .volatile {
                group.addTask { await cancelWhenGracefulShutdown { await self.follow(listener, from: start) } }
            }
        }
    }

    /// Places and delivers everything there is, and returns how many events were handled. For tests and tools; nothing
    /// else may be running in this process.
    package func drain() async throws -> Int {
        let dispatcher = try await prepare()
        var handled = 0
        while true {
            let placed = try await advance()
            let count = try await dispatcher.drain()
            handled += count
            if placed == 0, count == 0 { return handled }
        }
    }

    // MARK: Starting

    private func prepare() async throws -> Dispatcher {
        let transactional = bus.listeners.filter { $0.effect == .transactional }
        var lanes: [(listener: Listener, lane: Lane, position: Int)] = []
        for listener in transactional {
            for (lane, position) in try await store.register(listener) { lanes.append((listener, lane, position)) }
        }
        for name in try await store.vanished(known: bus.listeners.filter { $0.effect != .volatile }.map(\.name)) {
            logger.warning(
                "a listener with work left is not part of this program any more",
                metadata: ["listener": "\(name)"]
            )
        }
        let head = try await store.head()
        if await bus.head < head { await bus.reset(to: head) }
        let runner = LaneRunner(database: database, bus: bus, configuration: configuration)
        return Dispatcher(lanes, runner: runner, store: store, logger: logger)
    }

    // MARK: Sequencing

    private func sequence() async throws {
        var lastFailure = ""
        while !Task.isCancelled {
            await wake.wait(atMost: configuration.poll)
            do {
                try await advance()
                lastFailure = ""
            } catch OutboxError.logWentBack {
                throw OutboxError.logWentBack
            } catch {
                guard !Task.isCancelled else { return }
                // The same failure is said once, not at every attempt.
                if "\(error)" != lastFailure {
                    logger.error("events are not being placed", metadata: ["error": "\(error)"])
                }
                lastFailure = "\(error)"
                try? await Task.sleep(for: configuration.pause)
            }
        }
    }

    /// Places what has become visible, batch by batch, and brings the bus up to the log's end, whoever placed it.
    /// Returns how many events are new to the bus.
    @discardableResult
    private func advance() async throws -> Int {
        var count = 0
        var batch: Sequencer.Batch
        repeat {
            batch = try await sequencer.tick()
            let known = await bus.head
            let before = batch.head - batch.events.count
            guard before >= known else { throw OutboxError.logWentBack }
            try await catchUp(from: known, through: before)
            await bus.append(batch.events)
            count += batch.head - known
        } while batch.isPartial
        return count
    }

    /// Reads what other nodes have placed. When it is more than memory holds, readers fetch it for themselves.
    private func catchUp(from known: Int, through last: Int) async throws {
        guard last - known <= configuration.tail else { return await bus.reset(to: last) }
        var position = known
        while position < last {
            let next = min(last, position + configuration.scan)
            await bus.append(try await store.events(after: position, through: next))
            position = next
        }
    }

    // MARK: Volatile listeners

    /// Brings the log's tail to one volatile listener, at its own pace.
    private func follow(_ listener: Listener, from position: Int) async {
        guard case .volatile(let routes) = listener.reactions else { return }
        var position = position
        while !Task.isCancelled {
            await bus.wait(after: position)
            guard let events = await missed(after: position) else { continue }
            for event in events {
                if let reaction = routes[event.name] {
                    await EventBus.run(reaction, event, of: listener, logger: logger)
                }
                position = event.position
            }
        }
    }

    /// The next events; from Postgres when memory does not reach back. Nil when that failed.
    private func missed(after position: Int) async -> [EventEnvelope]? {
        if let events = await bus.events(after: position, limit: configuration.scan) { return events }
        do {
            return try await store.events(after: position, through: position + configuration.scan)
        } catch {
            guard !Task.isCancelled else { return nil }
            logger.warning("volatile listener cannot read the log", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: configuration.pause)
            return nil
        }
    }
}
