import EventDelivery
import Events
import Postgres

extension LeasedLane {
    /// Moves the cursor past a batch that was handed over, and sets aside what failed, by position: by the listener's
    /// policy it is tried again, or dead.
    ///
    /// Throws ``LaneLeaseLost`` and changes nothing when the lane is not ours any more.
    package func finish(_ batch: LeasedBatch, failures: [Int: HandOverFailure] = [:]) async throws {
        guard !batch.isIdle else { return }
        try await transaction { tx in
            try await hold(batch, in: tx)
            settle(batch.due, failures, in: tx)
            for event in batch.events {
                guard let failure = failures[event.position].map({ failed(event, $0) }) else { continue }
                let delay = delay(after: failure)
                DeviationStore.note(failure, lane, retryAfter: delay, in: tx)
                count(1, as: delay == nil ? .dead : .retried, in: tx)
            }
            let parked = batch.heldBack(by: failures) + batch.blocked
            let all = batch.due.count + batch.events.count + batch.blocked.count
            count(all - parked.count - failures.count, as: .handled, in: tx)
            count(parked.count, as: .parked, in: tx)
            for event in parked { DeviationStore.park(event, lane, in: tx) }
            // An operator may have let their keys go on meanwhile.
            for key in Set(batch.blocked.map(\.key)) { DeviationStore.promote(key, lane, in: tx) }
            if batch.last > batch.position { LaneStore.move(lane, to: batch.last, in: tx) }
            if !(batch.due.isEmpty && parked.isEmpty && failures.isEmpty) { LaneStore.recount(lane, in: tx) }
            if batch.lease.wasFailing { LaneLeaseStore.recover(lane, in: tx) }
        }
    }

    /// Locks lease and cursor, if everything is as it was when the batch was begun.
    private func hold(_ batch: LeasedBatch, in tx: borrowing Transaction) async throws {
        try await LaneLeaseStore.hold(lane, for: holder, fence: batch.lease.fence, in: tx)
        let cursor = try await LaneStore.lock(lane, .waiting, hears: listener.hears, in: tx)
        guard let cursor, cursor.position == batch.position, cursor.incarnation == batch.incarnation,
            !cursor.isSuperseded
        else { throw LaneLeaseLost() }
    }

    private func settle(_ retries: [DueEvent], _ failures: [Int: HandOverFailure], in tx: borrowing Transaction) {
        for due in retries {
            let event = due.envelope
            if let failure = failures[event.position].map({ failed(event, $0, attempts: due.attempts) }) {
                let delay = delay(after: failure)
                DeviationStore.noteAgain(failure, of: due, lane, retryAfter: delay, in: tx)
                count(1, as: delay == nil ? .dead : .retried, in: tx)
            } else {
                DeviationStore.settle(lane, event.position, in: tx)
                DeviationStore.promote(event.key, lane, in: tx)
            }
        }
    }

    private func count(_ events: Int, as outcome: DeliveryMetrics.Outcome, in tx: borrowing Transaction) {
        metrics.count(events, of: listener.name, as: outcome, in: tx)
    }

    private func failed(_ event: EventEnvelope, _ cause: HandOverFailure, attempts: Int = 0) -> LanePass.Failure {
        LanePass.Failure(first: event, attempts: attempts, cause: cause)
    }

    /// How long to wait before the next attempt; nil when there is none.
    private func delay(after failure: LanePass.Failure) -> Duration? {
        if (failure.cause as? HandOverFailure)?.isPermanent == true { return nil }
        return listener.retry.delay(afterAttempt: failure.attempts + 1)
    }
}
