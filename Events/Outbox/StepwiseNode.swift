package import EventDelivery
import Events
import Identifiers
package import Logging
import Postgres

/// A node that takes a step whenever it is told to, for tests that decide the order of things.
///
/// It does what ``OutboxDelivery`` and its dispatcher do by themselves, with the same parts. Dropping it is the death of
/// a process: what it knew is gone.
package actor StepwiseNode {
    private let delivery: OutboxDelivery
    private let runner: LaneRunner
    private let leases: LeaseStore
    private var fence: Int?
    private var state: DispatchState
    /// Up to where its lanes have heard of the log.
    private var heard: Int

    /// Starts a node: makes its listeners known and looks where they stand.
    package init(_ outbox: Outbox, listeners: [Listener], configuration: OutboxConfiguration, logger: Logger)
        async throws
    {
        delivery = OutboxDelivery(outbox, listeners: listeners, configuration: configuration, logger: logger)
        var lanes: [(listener: Listener, lane: Lane, position: Int)] = []
        for listener in listeners {
            for (lane, position) in try await delivery.store.register(listener) {
                lanes.append((listener, lane, position))
            }
        }
        try await delivery.begin()
        heard = await delivery.bus.head
        runner = LaneRunner(
            database: delivery.database,
            bus: delivery.bus,
            configuration: configuration,
            life: ProcessLife(id: .v7()),
            memory: delivery.memory,
            metrics: delivery.metrics
        )
        // It is over as soon as it is taken: whoever wants to lead need not wait.
        let timing = LeaseTiming(length: .zero, renewal: .zero)
        leases = LeaseStore(database: delivery.database, node: NodeIdentity(), timing: timing)
        state = DispatchState(lanes)
        state.wakeAll()
    }

    /// Gives positions to what has become visible, as the sequencer does. The lanes do not hear of it yet.
    ///
    /// A node that does not lead takes the lease first, as if the other's had run out. One that has lost it so does not
    /// know until its batch is refused.
    package func place() async throws {
        if fence == nil { fence = try await leases.take(listeningAs: nil) }
        do {
            try await delivery.advance(under: fence)
        } catch let refusal as Sequencer.Refused {
            fence = nil
            throw refusal
        }
    }

    /// Tells the lanes what is new in the log.
    package func hear() async {
        if let events = await delivery.bus.events(after: heard, limit: .max) {
            state.arrived(events)
            heard = events.last?.position ?? heard
        } else {
            heard = await delivery.bus.head
            state.wakeAll()
        }
    }

    /// Tells every lane that there may be something, as the backstop does.
    package func wakeAll() { state.wakeAll() }

    /// Runs the lanes whose turn it is; false when none has anything to do. Every other time lanes of a listener go
    /// together, as they do when nothing takes long.
    package func deliver() async throws -> Bool {
        guard let (listener, lanes) = state.next() else { return false }
        do {
            for (lane, outcome) in try await runner.run(listener, lanes) { state.finished(lane, outcome) }
        } catch {
            for lane in lanes { state.finished(lane, .failed) }
            state.wake(Set(lanes))
            throw error
        }
        state.ran(lanes.count, of: listener, in: lanes.count == 1 ? .zero : .seconds(1))
        return true
    }

    /// Moves up the cursors of lanes that have nothing to do.
    package func moveUp() async throws {
        let moves = state.idleCursors
        state.moved(try await delivery.store.move(moves), of: moves)
    }
}
