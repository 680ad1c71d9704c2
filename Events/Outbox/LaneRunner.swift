import EventDelivery
import Events
import Logging
import Postgres

/// Runs a lane once: locks its cursor, hands the next events to the listener, moves the cursor, commits. Effects and
/// cursor stand or fall together.
struct LaneRunner: Sendable {
    let database: Database
    let bus: EventBus
    let configuration: OutboxConfiguration
    let logger: Logger

    /// Runs the lane once. Throws only what is the database's fault, not an event's.
    func run(_ listener: Listener, _ lane: Lane) async throws -> LaneOutcome {
        guard case .transactional(let routes) = listener.reactions else { return .paused }
        do {
            return try await attempt(listener, lane, routes, singly: false)
        } catch let error where !Self.isInfrastructure(error) {
            // Somewhere in the batch is an event that fails. Find it, and let the others pass.
            return try await attempt(listener, lane, routes, singly: true)
        }
    }

    private func attempt(
        _ listener: Listener, _ lane: Lane, _ routes: Routes<Reaction>, singly: Bool
    ) async throws -> LaneOutcome {
        let head = await bus.head
        return try await database.transaction(options) { tx in
            guard let cursor = try await LaneStore.lock(lane, in: tx) else { return .busy }
            guard !cursor.isPaused else { return .paused }
            var deviations = Deviations(listener: listener, lane: lane, routes: routes)
            if cursor.deviations > 0 { try await deviations.retryDue(in: tx) }
            let (events, last) = try await next(after: cursor.position, head: head, listener, lane, in: tx)
            let free = cursor.deviations > 0 ? try await deviations.parkBlocked(events, in: tx) : events
            if singly {
                try await deviations.runSingly(free, in: tx)
            } else {
                try await Self.deliver(free, to: routes, in: tx)
            }
            if last > cursor.position { LaneStore.move(lane, to: last, in: tx) }
            if deviations.changed { LaneStore.recount(lane, in: tx) }
            return .moved(to: max(last, cursor.position), handled: events.count + deviations.retried, more: last < head)
        }
    }

    /// Hands events to their reactions, as many of one type at a time as follow each other.
    static func deliver(_ events: [EventEnvelope], to routes: Routes<Reaction>, in tx: borrowing Transaction) async throws {
        var start = events.startIndex
        while start < events.endIndex {
            let name = events[start].name
            let end = events[start...].firstIndex { $0.name != name } ?? events.endIndex
            // An all-hearing reaction takes everything at once.
            let run = routes.names == nil ? events[start...] : events[start..<end]
            if let reaction = routes[name] { try await reaction.run(Array(run), tx) }
            start = run.endIndex
        }
    }

    /// The next events from memory, or from Postgres when memory does not reach back, and how far was looked.
    private func next(
        after position: Int, head: Int, _ listener: Listener, _ lane: Lane, in tx: borrowing Transaction
    ) async throws -> (events: [EventEnvelope], last: Int) {
        guard position < head else { return ([], position) }
        if let recent = await bus.events(after: position, limit: configuration.scan) {
            let seen = recent.last?.position ?? position
            let wanted = recent.lazy.filter { listener.hears($0.name) && lane.holds($0) }
            let events = Array(wanted.prefix(configuration.batch))
            return (events, events.count < configuration.batch ? seen : events.last?.position ?? seen)
        }
        let last = min(head, position + configuration.scan)
        let events = try await LaneStore.events(
            after: position, through: last, lane, hears: listener.hears, limit: configuration.batch, in: tx
        )
        return (events, events.count < configuration.batch ? last : events.last?.position ?? last)
    }

    /// What a crash undoes is done again from the cursor, so nothing waits for the disk.
    private var options: TransactionOptions {
        var options = TransactionOptions()
        options.asynchronousCommit = true
        options.statementTimeout = configuration.statementTimeout
        return options
    }

    /// True when the lane should wait and try the same again, because no event is to blame.
    private static func isInfrastructure(_ error: any Error) -> Bool {
        if error is CancellationError { return true }
        guard let error = error as? DatabaseError else { return false }
        return [.connectionLost, .connectFailed, .poolExhausted, .commitUnknown].contains(error.code)
    }
}
