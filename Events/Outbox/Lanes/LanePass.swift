import EventDelivery
import Events
import Postgres

/// The transactions of one run of a lane. Each locks the cursor first, and effects and cursor stand or fall together.
struct LanePass: Sendable {
    let listener: Listener
    let lane: Lane
    let routes: Routes<Reaction>
    let database: Database
    let bus: EventBus
    let configuration: OutboxConfiguration
    let life: ProcessLife
    let memory: LogMemory
    let metrics: DeliveryMetrics

    /// What one transaction came to.
    struct Step: Sendable {
        let outcome: LaneOutcome
        /// True when something of the lane is set aside.
        var hasDeviations = false
    }

    /// A transaction that failed because of an event: the first that it handed over, or one behind it.
    struct Failure: Error {
        let first: EventEnvelope
        /// How often it was tried before.
        var attempts = 0
        /// How many events of the batch come before it, if it is known to be the one; nil if any of the batch may be.
        var before: Int?
        let cause: any Error
    }

    /// Hands over the next events, except those whose key is held back, and moves the cursor.
    func forward(atMost limit: Int, _ claim: Claim = .atOnce) async throws -> Step {
        let head = await bus.head
        return try await handling(claim) { tx, cursor, suspects in
            let (events, last) = try await next(after: cursor.position, head: head, limit: limit, in: tx)
            let free = cursor.deviations > 0 ? try await parkBlocked(events, in: tx) : events
            suspects.set(batch: events, handed: free)
            try await deliver(free, in: tx)
            if last > cursor.position { LaneStore.move(lane, to: last, in: tx) }
            if free.count < events.count { countHeldBack(in: tx) }
            return Step(
                outcome: .moved(to: max(last, cursor.position), handled: events.count, more: last < head),
                hasDeviations: cursor.deviations > 0
            )
        }
    }

    /// Notes that an event failed alone, and moves the cursor past it, unless another node has done so meanwhile.
    func setAside(_ failure: Failure) async throws {
        _ = try await transaction(.waiting) { tx, cursor in
            let event = failure.first
            if cursor.position < event.position {
                let held = try await LimitStore.held(by: listener, in: tx)
                let delay = delay(after: failure, held: held)
                DeviationStore.note(failure, lane, retryAfter: delay, in: tx)
                metrics.count(1, of: listener.name, as: delay == nil ? .dead : .retried, in: tx)
                LaneStore.move(lane, to: event.position, in: tx)
                countHeldBack(in: tx)
            }
            return Step(outcome: .busy)
        }
    }

    /// Hands events to their reactions, as many to one reaction at a time as follow each other.
    func deliver(_ events: [EventEnvelope], in tx: borrowing Transaction) async throws {
        try await routes.deliver(events, to: listener.name, counting: metrics, in: tx)
    }

    /// Parks events whose key is held back, and returns the others.
    private func parkBlocked(_ events: [EventEnvelope], in tx: borrowing Transaction) async throws -> [EventEnvelope] {
        guard !events.isEmpty else { return [] }
        let keys = try await DeviationStore.blockedKeys(of: lane, among: events.map(\.key.description), in: tx)
        for event in events where keys.contains(event.key.description) { DeviationStore.park(event, lane, in: tx) }
        let free = events.filter { !keys.contains($0.key.description) }
        metrics.count(events.count - free.count, of: listener.name, as: .parked, in: tx)
        return free
    }

    /// Brings the counts up to date, and pauses the listener when they are over its limit. It comes last, because it may
    /// lock what all lanes of the listener share.
    func countHeldBack(in tx: borrowing Transaction) {
        LaneStore.recount(lane, in: tx)
        LimitStore.pauseIfFull(listener, in: tx)
    }

    /// The next events from memory, or from Postgres when memory does not reach back, and how far was looked.
    func next(
        after position: Int,
        head: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) async throws -> (events: [EventEnvelope], last: Int) {
        guard position < head else { return ([], position) }
        if let recent = await bus.events(after: position, limit: configuration.scan) {
            return listener.next(of: recent, on: lane, after: position, limit: limit)
        }
        return try await LaneStore.next(
            after: position,
            through: min(head, position + configuration.scan),
            lane,
            hears: listener.hears,
            limit: limit,
            in: tx
        )
    }
}
