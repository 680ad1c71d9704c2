import EventDelivery
import Postgres

/// Runs lanes: hands the next events to the listener, then tries again what is due.
///
/// The healthy path is one transaction a batch. When a batch fails, smaller ones find the event that is to blame, down
/// to one alone; that one is set aside and the others pass. Nothing but whole transactions is ever undone, so that also
/// what only COMMIT brings to light (a deferred constraint, an event that cannot be stored) is an event's own failure.
struct LaneRunner: Sendable {
    let database: Database
    let bus: EventBus
    let configuration: OutboxConfiguration
    var life = ProcessLife()
    var memory = LogMemory()
    var metrics = DeliveryMetrics()

    /// Runs lanes of one listener once: together, as far as nothing is out of the ordinary, and else one by one. Throws
    /// only what is the database's fault, not an event's.
    func run(_ listener: Listener, _ lanes: [Lane]) async throws -> [Lane: LaneOutcome] {
        guard case .transactional(let routes) = listener.reactions else { return [:] }
        var outcomes: [Lane: LaneOutcome] = [:]
        let ordinary = lanes.filter(life.hasProven)
        if ordinary.count > 1 {
            let bundle = LaneBundle(
                listener: listener,
                lanes: ordinary,
                routes: routes,
                database: database,
                bus: bus,
                configuration: configuration,
                memory: memory,
                metrics: metrics
            )
            outcomes = try await bundle.run()
        }
        for lane in lanes where outcomes[lane] == nil { outcomes[lane] = try await run(listener, lane) }
        return outcomes
    }

    /// Runs one lane once. Throws only what is the database's fault, not an event's.
    func run(_ listener: Listener, _ lane: Lane) async throws -> LaneOutcome {
        guard case .transactional(let routes) = listener.reactions else { return .paused }
        let pass = LanePass(
            listener: listener,
            lane: lane,
            routes: routes,
            database: database,
            bus: bus,
            configuration: configuration,
            life: life,
            memory: memory,
            metrics: metrics
        )
        return try await run(pass, isProven: life.hasProven(lane))
    }

    private func run(_ pass: LanePass, isProven: Bool) async throws -> LaneOutcome {
        // What might have crashed an earlier life is taken in smaller batches: they are what is suspected in the next.
        let whole = isProven ? configuration.batch : max(1, configuration.batch / 8)
        var limit = whole
        var handled = 0
        var culprit: LanePass.Failure?
        // What hung may be in its transaction a moment longer.
        var claim = LanePass.Claim.atOnce
        while true {
            do {
                if !isProven { try await pass.announce(atMost: limit, claim) }
                let step = try await pass.forward(atMost: limit, claim)
                guard case .moved(let position, let count, let more) = step.outcome else { return step.outcome }
                handled += count
                claim = .atOnce
                if let found = culprit.take(), found.before == count {
                    try await pass.setAside(found)
                } else if limit >= whole || !more || handled >= configuration.batch {
                    let (retried, left) = step.hasDeviations ? try await pass.retryDue() : (0, false)
                    life.handled(handled, of: pass.lane, more: more || left, batch: configuration.batch)
                    return .moved(to: position, handled: handled + retried, more: more || left)
                }
                limit = min(limit * 2, whole)
            } catch let failure as LanePass.Failure {
                culprit = nil
                if failure.cause is HandlerHung { claim = .waiting }
                if let before = failure.before, before > 0 {
                    (limit, culprit) = (before, failure)
                } else if limit > 1, failure.before == nil {
                    limit = max(1, limit / 8)
                } else {
                    try await pass.setAside(failure)
                }
            }
        }
    }
}
