import EventDelivery
import Events
import Postgres

/// Several lanes of one listener in one transaction, for as long as that takes next to no time.
///
/// A transaction costs more than the few events that come in between two of them. Whatever is out of the ordinary is left
/// to the lanes' own runs, which find the event that is to blame, try again and look things up.
struct LaneBundle: Sendable {
    let listener: Listener
    let lanes: [Lane]
    let routes: Routes<Reaction>
    let database: Database
    let bus: EventBus
    let configuration: OutboxConfiguration
    let memory: LogMemory
    let metrics: DeliveryMetrics

    /// What lies before the lanes that can go together.
    private struct Plan {
        var events: [EventEnvelope] = []
        var moves: [(lane: Lane, position: Int)] = []
        var outcomes: [Lane: LaneOutcome] = [:]
    }

    /// Hands over the next events of all lanes in the order of their positions, and moves their cursors. Lanes that are
    /// not in the result have to run alone; that is all of them if anything fails because of an event.
    func run() async throws -> [Lane: LaneOutcome] {
        let head = await bus.head
        do {
            return try await Suspects.under(listener.deadline, on: database.loop) { watch, suspects in
                try await database.transaction(configuration.handingOver) { tx in
                    watch.watch(tx)
                    let cursors = try await LaneStore.lock(lanes, hears: listener.hears, in: tx)
                    let plan = await plan(cursors, upTo: head)
                    suspects.set(handed: plan.events)
                    try await routes.deliver(plan.events, to: listener.name, counting: metrics, in: tx)
                    LaneStore.move(plan.moves, in: tx)
                    return plan.outcomes
                }
            }
        } catch is LanePass.Failure {
            return [:]
        }
    }

    private func plan(_ cursors: [Lane: LaneCursor], upTo head: Int) async -> Plan {
        var plan = Plan()
        for lane in lanes {
            guard let cursor = cursors[lane] else {
                plan.outcomes[lane] = .busy
                continue
            }
            guard cursor.isOrdinary, !memory.isInDoubt(in: cursor.incarnation),
                let recent = await bus.events(after: cursor.position, limit: configuration.scan)
            else { continue }
            let limit = max(1, configuration.batch / lanes.count)
            let (events, last) = listener.next(of: recent, on: lane, after: cursor.position, limit: limit)
            plan.events += events
            if last > cursor.position { plan.moves.append((lane, last)) }
            plan.outcomes[lane] = .moved(to: last, handled: events.count, more: last < head)
        }
        plan.events.sort { $0.position < $1.position }
        return plan
    }
}

extension LaneCursor {
    /// True when the next events are all that there is to do.
    fileprivate var isOrdinary: Bool { deviations == 0 && !isPaused && !isSuperseded }
}
