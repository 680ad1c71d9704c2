import EventDelivery
import Events
import Postgres
import Reactor
import Synchronization

/// The events that a transaction hands to handlers: one of them is to blame if it fails.
final class Suspects: Sendable {
    private let state = Mutex((batch: [EventEnvelope](), handed: [EventEnvelope](), attempts: 0))

    func set(batch: [EventEnvelope] = [], handed: [EventEnvelope], attempts: Int = 0) {
        state.withLock { $0 = (batch, handed, attempts) }
    }

    /// Puts a failure down to the event that a handler hung at, if it did, or to the first of all.
    func failure(_ cause: any Error) -> LanePass.Failure? {
        state.withLock { state in
            if case .event(let position) = (cause as? HandlerHung)?.place,
                let culprit = state.handed.first(where: { $0.position == position })
            {
                let before = state.batch.firstIndex { $0.position == position } ?? 0
                return LanePass.Failure(first: culprit, attempts: state.attempts, before: before, cause: cause)
            }
            return state.handed.first.map { LanePass.Failure(first: $0, attempts: state.attempts, cause: cause) }
        }
    }

    /// Runs a transaction that calls handlers, under a deadline, and blames an event for its failure if there is one to
    /// blame.
    static func under<Outcome: Sendable>(
        _ deadline: Duration,
        on loop: ReactorLoop,
        _ body: @escaping @Sendable (HandlerWatch<Outcome>, Suspects) async throws -> Outcome
    ) async throws -> Outcome {
        let suspects = Suspects()
        let watch = HandlerWatch<Outcome>(deadline: deadline, on: loop)
        do {
            return try await watch.run { try await body(watch, suspects) }
        } catch {
            // A handler may throw this of its own accord.
            if error is CancellationError, Task.isCancelled { throw error }
            if (error as? DatabaseError)?.isNoEventsFault == true { throw error }
            throw suspects.failure(error) ?? error
        }
    }
}
