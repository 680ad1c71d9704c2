package import EventDelivery
import Events
package import Logging
import Postgres

/// A node that takes a step whenever it is told to, for tests that decide the order of things.
///
/// It does what ``OutboxDelivery`` and its dispatcher do by themselves, with the same parts. Dropping it is the death of
/// a process: what it knew is gone.
package actor StepwiseNode {
    private let delivery: OutboxDelivery
    private let runner: LaneRunner
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
        heard = try await delivery.store.head()
        await delivery.bus.reset(to: heard)
        runner = LaneRunner(database: delivery.database, bus: delivery.bus, configuration: configuration)
        state = DispatchState(lanes)
        state.wakeAll()
    }

    /// Gives positions to what has become visible, as the sequencer does. The lanes do not hear of it yet.
    package func place() async throws { try await delivery.advance(under: nil) }

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

    /// Runs the lane whose turn it is; false when none has anything to do.
    package func deliver() async throws -> Bool {
        guard let (listener, lane) = state.next() else { return false }
        do {
            state.finished(lane, try await runner.run(listener, lane))
        } catch {
            state.finished(lane, .failed)
            state.wake([lane])
            throw error
        }
        return true
    }

    /// Moves up the cursors of lanes that have nothing to do.
    package func moveUp() async throws {
        let moves = state.idleCursors
        state.moved(try await delivery.store.move(moves), of: moves)
    }
}
