import EventDelivery
import Events
import Postgres

/// What does not go as it should in one run of a lane: failures are noted, later events of the same key wait behind
/// them, and what is due is tried again.
struct Deviations {
    let listener: Listener
    let lane: Lane
    let routes: Routes<Reaction>
    /// True when rows were added or removed.
    private(set) var changed = false
    /// How many events were tried again.
    private(set) var retried = 0

    init(listener: Listener, lane: Lane, routes: Routes<Reaction>) {
        self.listener = listener
        self.lane = lane
        self.routes = routes
    }

    /// Runs each event under a savepoint. One that fails leaves a row, and those of its key behind it are parked.
    mutating func runSingly(_ events: [EventEnvelope], in tx: borrowing Transaction) async throws {
        var blocked: Set<OrderingKey> = []
        for event in events {
            if blocked.contains(event.key) {
                park(event, in: tx)
            } else if let failure = try await run(event, in: tx) {
                blocked.insert(event.key)
                note(failure, of: event, attempt: 1, in: tx)
            }
        }
    }

    /// Parks events whose key is held back, and returns the others.
    mutating func parkBlocked(_ events: [EventEnvelope], in tx: borrowing Transaction) async throws -> [EventEnvelope] {
        guard !events.isEmpty else { return [] }
        let keys = try await DeviationStore.blockedKeys(of: lane, among: events.map(\.key.description), in: tx)
        for event in events where keys.contains(event.key.description) { park(event, in: tx) }
        return events.filter { !keys.contains($0.key.description) }
    }

    /// Tries again what is due, each followed by what waited behind it, in order.
    mutating func retryDue(in tx: borrowing Transaction) async throws {
        for (event, attempts) in try await DeviationStore.due(lane, in: tx) {
            changed = true
            retried += 1
            if let failure = try await run(event, in: tx) {
                note(failure, of: event, attempt: attempts + 1, in: tx)
            } else {
                DeviationStore.settle(lane, event.position, in: tx)
                try await drain(event.key, in: tx)
            }
        }
    }

    private mutating func drain(_ key: OrderingKey, in tx: borrowing Transaction) async throws {
        for event in try await DeviationStore.parked(behind: key, lane, in: tx) {
            retried += 1
            if let failure = try await run(event, in: tx) {
                return note(failure, of: event, attempt: 1, in: tx)
            }
            DeviationStore.settle(lane, event.position, in: tx)
        }
        DeviationStore.promote(key, lane, in: tx)
    }

    /// Runs one event under a savepoint; returns what it threw. Its writes and the events it recorded are undone then.
    /// A lost connection is thrown on: no event is to blame.
    private func run(_ event: EventEnvelope, in tx: borrowing Transaction) async throws -> (any Error)? {
        let recorded = tx.scope.value { RecordedEvents() }
        let count = recorded.envelopes.count
        var failure: (any Error)?
        do {
            try await tx.savepoint {
                do {
                    try await LaneRunner.deliver([event], to: routes, in: tx)
                } catch {
                    failure = error
                    throw error
                }
            }
        } catch {
            if error is CancellationError || (error as? DatabaseError)?.code == .connectionLost { throw error }
            recorded.truncate(to: count)
            return failure ?? error
        }
        return nil
    }

    private mutating func park(_ event: EventEnvelope, in tx: borrowing Transaction) {
        changed = true
        DeviationStore.park(event, lane, in: tx)
    }

    private mutating func note(
        _ failure: any Error, of event: EventEnvelope, attempt: Int, in tx: borrowing Transaction
    ) {
        changed = true
        let delay = failure is UndecodableEvent ? nil : listener.retry.delay(afterAttempt: attempt)
        DeviationStore.note(failure, of: event, lane, attempt: attempt, retryAfter: delay, in: tx)
    }
}
