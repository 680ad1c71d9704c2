public import EventDelivery
import Events
public import Logging
import Postgres
public import ServiceLifecycle
import Synchronization

/// The delivering side of the event path in one process: brings committed events to the listeners, and gives them their
/// positions when it is this node's turn.
///
/// Every node runs one. They are equal and need not know each other: a lease says whose turn it is to sequence, every
/// cursor is guarded by a lock in Postgres, and notifications wake whoever has something to do.
public final class OutboxDelivery: Service {
    let database: Database
    package let bus: EventBus
    let store: CursorStore
    let nodes: NodeStore
    /// This node's end of the lease; nil when it only records and listens.
    let lease: LeaseKeeper?
    let configuration: OutboxConfiguration
    let logger: Logger
    let sequencer: Sequencer
    /// Of which incarnation of the server the bus remembers the log.
    let memory = LogMemory()
    let metrics: DeliveryMetrics
    private let upkeep: Upkeep
    /// There may be something to place, or something new in the log.
    let wake: Wake
    /// Something was recorded here that another node has to place.
    let bell: Wake
    /// The end of the log as other nodes have told it.
    let announced = Atomic(0)
    private let progress: LaneProgress
    let hearing: @Sendable () -> Void

    /// Delivers what is recorded in the outbox's database to these listeners. A node without the role `delivery` runs the
    /// volatile ones only.
    ///
    /// `hearing` is called when the volatile ones begin to hear the log. Whatever this process has read of the database
    /// until then may be old without anybody having told it.
    public init(
        _ outbox: Outbox,
        listeners: [Listener],
        configuration: OutboxConfiguration = OutboxConfiguration(),
        node: NodeIdentity = NodeIdentity(),
        logger: Logger,
        hearing: @escaping @Sendable () -> Void = {}
    ) {
        let delivers = node.roles.contains(.delivery)
        let database = outbox.database
        let (wake, bell) = (Wake(on: database.loop), Wake(on: database.loop))
        let bus = EventBus(
            listeners: delivers ? listeners : listeners.filter { $0.effect == .volatile },
            capacity: configuration.tail
        )
        let timing = LeaseTiming(length: configuration.lease, renewal: configuration.renewal)
        let leases = LeaseStore(database: database, node: node, timing: timing)
        let lease = LeaseKeeper(leases, wake: Wake(on: database.loop), logger: logger) {
            wake.signal()
            bell.signal()
        }
        self.database = database
        self.bus = bus
        self.wake = wake
        self.bell = bell
        self.lease = delivers ? lease : nil
        progress = outbox.progress
        metrics = outbox.metrics
        upkeep = Upkeep(database, configuration.retention, tail: configuration.tail, logger: logger)
        self.configuration = configuration
        self.logger = logger
        self.hearing = hearing
        store = CursorStore(database: database, memory: memory)
        nodes = NodeStore(database: database, node: node)
        sequencer = Sequencer(database, patience: configuration.lease)
        outbox.committed.subscribe { [lease = self.lease] events in
            (lease?.fence == nil ? bell : wake).signal()
            bus.announce(events, logger: logger)
        }
    }

    /// Delivers until the service group stops; lanes at work finish first. A crash of the server, or a failover, is waited
    /// out.
    public func run() async throws {
        // Before the log's end is looked at: what is placed from now on is told to this node.
        try await nodes.beat()
        do {
            try await deliver()
            await leave()
        } catch {
            await leave()
            throw error
        }
    }

    private func deliver() async throws {
        let dispatcher = try await prepare()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.deliver(beginningWith: dispatcher) }
            group.addTask { await cancelWhenGracefulShutdown { await self.listen() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.ring() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.beat() } }
            group.addTask { await cancelWhenGracefulShutdown { await self.upkeep.keepReady() } }
            if let lease {
                group.addTask {
                    await cancelWhenGracefulShutdown { await lease.keep() }
                    await lease.retire()
                }
                group.addTask { await cancelWhenGracefulShutdown { await self.upkeep.retire() } }
            }
        }
    }

    /// Places and delivers everything there is, and returns how many events were handled. For tests and tools; nothing
    /// else may be running in this process.
    package func drain() async throws -> Int {
        let dispatcher = try await prepare()
        var handled = 0
        while true {
            let placed = try await advance(under: nil)
            let count = try await dispatcher.drain()
            handled += count
            if placed == 0, count == 0 { return handled }
        }
    }

    // MARK: Starting

    /// Makes everything ready to deliver what the server has.
    func prepare() async throws -> Dispatcher {
        await upkeep.begin()
        let transactional = bus.listeners.filter { $0.effect == .transactional }
        var lanes: [(listener: Listener, lane: Lane, position: Int)] = []
        for listener in transactional {
            for (lane, position) in try await store.register(listener) { lanes.append((listener, lane, position)) }
            try await Revival(database: database, logger: logger).run(listener)
        }
        if lease != nil { try await reportVanished() }
        try await begin()
        let runner = LaneRunner(
            database: database,
            bus: bus,
            configuration: configuration,
            memory: memory,
            metrics: metrics
        )
        return Dispatcher(lanes, runner: runner, store: store, progress: progress, logger: logger)
    }

    private func reportVanished() async throws {
        let known = bus.listeners.filter { $0.effect != .volatile }.map(\.name)
        for name in try await store.vanished(known: known) {
            logger.warning(
                "a listener with work left is not part of this program any more",
                metadata: ["listener": "\(name)"]
            )
        }
    }
}
