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
        for count in 0..<Self.limit {
            guard try await retryNext() else { return (count, false) }
        }
        return (Self.limit, true)
    }

    /// What a look at the next event came to.
    private enum Look {
        case nothing
        case done
        case claimed(DueEvent)
    }

    /// Tries the next one; false when there is none, or the lane is not ours any more.
    private func retryNext() async throws -> Bool {
        defer { life.endSuspect(of: lane) }
        return switch try await look() {
        case .nothing: false
        case .done: true
        case .claimed(let due): try await attempt(due)
        }
    }

    /// Takes up the next event that is due. One that can be tried without counting first is tried in this very
    /// transaction.
    private func look() async throws -> Look {
        let found = Mutex(Look.nothing)
        let tried = Mutex<DueEvent?>(nil)
        do {
            _ = try await handling { tx, cursor, suspects in
                found.withLock { $0 = .nothing }
                guard let due = try await DeviationStore.due(lane, atMost: 1, in: tx).first else {
                    return Step(outcome: .busy)
                }
                switch due.plan(by: life.id, isProven: life.hasProven(lane), policy: listener.retry) {
                case .bury(let crashes):
                    CrashStore.bury(due, lane, crashes: crashes, in: tx)
                    found.withLock { $0 = .done }
                case .countFirst(let crashes):
                    if let claimed = claim(due, crashes: crashes, in: tx) { found.withLock { $0 = .claimed(claimed) } }
                case .attempt:
                    tried.withLock { $0 = due }
                    suspects.set(handed: [due.envelope], attempts: due.attempts)
                    try await handle(due, in: tx)
                    found.withLock { $0 = .done }
                }
                return Step(outcome: .busy)
            }
        } catch let failure as Failure {
            if let due = tried.withLock({ $0 }) { try await noteAgain(failure, of: due) }
            return .done
        }
        return found.withLock { $0 }
    }

    /// Counts the attempt; nil when another suspect is being tried in this process.
    private func claim(_ due: DueEvent, crashes: Int, in tx: borrowing Transaction) -> DueEvent? {
        guard crashes == 0 || life.beginSuspect(of: lane) else { return nil }
        let delay = listener.retry.delay(afterAttempt: due.attempts + 1)
        CrashStore.claim(due, lane, by: life.id, crashes: crashes, retryAfter: delay, in: tx)
        var claimed = due
        claimed.attempts += 1
        claimed.crashes = crashes
        return claimed
    }

    /// Tries an event whose attempt is counted. False when the lane is not ours any more.
    private func attempt(_ due: DueEvent) async throws -> Bool {
        do {
            let step = try await handling { tx, cursor, suspects in
                guard try await CrashStore.holds(due, lane, by: life.id, in: tx) else { return Step(outcome: .busy) }
                suspects.set(handed: [due.envelope], attempts: due.attempts - 1)
                try await handle(due, in: tx)
                return Step(outcome: .moved(to: cursor.position, handled: 1, more: true))
            }
            if case .moved = step.outcome { return true }
            try await database.transaction { tx in tx.send(CrashStore.unclaim(due, lane, by: life.id)) }
            return false
        } catch let failure as Failure {
            try await noteAgain(failure, of: due)
            return true
        }
    }

    /// Hands the event over, and makes the one behind it the next.
    private func handle(_ due: DueEvent, in tx: borrowing Transaction) async throws {
        try await deliver([due.envelope], in: tx)
        DeviationStore.settle(lane, due.envelope.position, in: tx)
        DeviationStore.promote(due.envelope.key, lane, in: tx)
        LaneStore.recount(lane, in: tx)
    }

    /// Notes one more failure, unless another node or an operator has had a hand in it meanwhile.
    private func noteAgain(_ failure: Failure, of due: DueEvent) async throws {
        _ = try await transaction(.waiting) { tx, _ in
            let delay = delay(after: failure)
            DeviationStore.noteAgain(failure, of: due, lane, retryAfter: delay, in: tx)
            metrics.count(1, of: listener.name, as: delay == nil ? .dead : .retried, in: tx)
            return Step(outcome: .busy)
        }
    }
}
