import EventDelivery
import Events
import Postgres
import Synchronization

extension LanePass {
    /// How many events one run tries again at most, before other lanes have their turn.
    private static let limit = 100

    /// Tries again what is due, each event in a transaction of its own, followed by what waited behind it, in order.
    /// Returns how many were tried, and whether some are left.
    func retryDue() async throws -> (count: Int, left: Bool) {
        var count = 0
        while count < Self.limit {
            do {
                guard try await retryNext() else { return (count, false) }
            } catch let failure as Failure {
                try await noteAgain(failure)
            }
            count += 1
        }
        return (count, true)
    }

    /// Tries the next one; false when there is none, or the lane is not ours any more.
    private func retryNext() async throws -> Bool {
        let suspect = Mutex<(event: EventEnvelope, attempts: Int)?>(nil)
        let step = try await blaming({ suspect.withLock { $0 } }) {
            try await transaction { tx, cursor in
                guard let (event, attempts) = try await DeviationStore.due(lane, in: tx) else {
                    return Step(outcome: .moved(to: cursor.position, handled: 0, more: false))
                }
                suspect.withLock { $0 = (event, attempts) }
                try await deliver([event], in: tx)
                DeviationStore.settle(lane, event.position, in: tx)
                DeviationStore.promote(event.key, lane, in: tx)
                LaneStore.recount(lane, in: tx)
                return Step(outcome: .moved(to: cursor.position, handled: 1, more: true))
            }
        }
        if case .moved(_, 1, _) = step.outcome { return true }
        return false
    }

    /// Notes one more failure, unless another node or an operator has had a hand in it meanwhile.
    private func noteAgain(_ failure: Failure) async throws {
        _ = try await transaction { tx, _ in
            DeviationStore.noteAgain(failure, lane, retryAfter: delay(after: failure), in: tx)
            return Step(outcome: .busy)
        }
    }
}
