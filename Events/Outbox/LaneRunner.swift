import EventDelivery
import Postgres

/// Runs a lane: hands the next events to the listener, then tries again what is due.
///
/// The healthy path is one transaction a batch. When a batch fails, smaller ones find the event that is to blame, down
/// to one alone; that one is set aside and the others pass. Nothing but whole transactions is ever undone, so that also
/// what only COMMIT brings to light (a deferred constraint, an event that cannot be stored) is an event's own failure.
struct LaneRunner: Sendable {
    let database: Database
    let bus: EventBus
    let configuration: OutboxConfiguration

    /// Runs the lane once. Throws only what is the database's fault, not an event's.
    func run(_ listener: Listener, _ lane: Lane) async throws -> LaneOutcome {
        guard case .transactional(let routes) = listener.reactions else { return .paused }
        let pass = LanePass(
            listener: listener,
            lane: lane,
            routes: routes,
            database: database,
            bus: bus,
            configuration: configuration
        )
        var limit = configuration.batch
        var handled = 0
        while true {
            do {
                let step = try await pass.forward(atMost: limit)
                guard case .moved(let position, let count, let more) = step.outcome else { return step.outcome }
                handled += count
                guard limit < configuration.batch, more, handled < configuration.batch else {
                    let (retried, left) = step.hasDeviations ? try await pass.retryDue() : (0, false)
                    return .moved(to: position, handled: handled + retried, more: more || left)
                }
                limit = min(limit * 2, configuration.batch)
            } catch let failure as LanePass.Failure {
                if limit > 1 { limit = max(1, limit / 8) } else { try await pass.setAside(failure) }
            }
        }
    }
}
