import EventDelivery
import Events
import Postgres

extension LeasedLane {
    /// Moves the cursor past a batch that was handed over, and sets aside what failed, by position, to be tried again.
    ///
    /// Throws ``LeaseLost`` and changes nothing when the lane is not ours any more.
    package func finish(_ batch: LeasedBatch, failures: [Int: String] = [:]) async throws {
        guard !batch.isIdle else { return }
        var options = TransactionOptions()
        // What a crash of the server undoes is handed over once more.
        options.asynchronousCommit = true
        options.statementTimeout = .seconds(10)
        try await database.transaction(options) { tx in
            try await hold(batch, in: tx)
            settle(batch.due, failures, in: tx)
            for event in batch.events {
                guard let reason = failures[event.position] else { continue }
                let failure = LanePass.Failure(first: event, cause: HandOverFailed(reason: reason))
                DeviationStore.note(failure, lane, retryAfter: delay(afterAttempt: 1), in: tx)
            }
            let parked = batch.heldBack(by: failures) + batch.blocked
            for event in parked { DeviationStore.park(event, lane, in: tx) }
            if batch.last > batch.position { LaneStore.move(lane, to: batch.last, in: tx) }
            if !(batch.due.isEmpty && parked.isEmpty && failures.isEmpty) { LaneStore.recount(lane, in: tx) }
            if batch.wasFailing { recover(in: tx) }
        }
    }

    /// Locks the cursor, if everything is as it was when the batch was begun: the fence, the cursor, the listener.
    private func hold(_ batch: LeasedBatch, in tx: borrowing Transaction) async throws {
        let rows = try await tx.query(
            """
            SELECT c.position
            FROM events.cursor c
            JOIN events.listener l ON l.name = c.listener
            JOIN events.lane_lease s ON s.listener = c.listener AND s.lane = c.lane
            WHERE c.listener = \(lane.listener) AND c.lane = \(lane.index) AND c.position = \(batch.position)
              AND s.holder = \(holder) AND s.fence = \(batch.fence)
              AND l.lanes = \(lane.count) AND l.hears IS NOT DISTINCT FROM \(listener.hears?.map(\.rawValue))
            FOR UPDATE OF c, s
            """
        )
        guard rows.count == 1 else { throw LeaseLost() }
    }

    private func settle(_ retries: [LeasedBatch.Retry], _ failures: [Int: String], in tx: borrowing Transaction) {
        for (event, attempts) in retries.map({ ($0.event, $0.attempts) }) {
            if let reason = failures[event.position] {
                let failure = LanePass.Failure(first: event, attempts: attempts, cause: HandOverFailed(reason: reason))
                DeviationStore.noteAgain(failure, lane, retryAfter: delay(afterAttempt: attempts + 1), in: tx)
            } else {
                DeviationStore.settle(lane, event.position, in: tx)
                DeviationStore.promote(event.key, lane, in: tx)
            }
        }
    }

    private func recover(in tx: borrowing Transaction) {
        tx.send(
            """
            UPDATE events.lane_lease SET failure = NULL, failing_since = NULL
            WHERE listener = \(lane.listener) AND lane = \(lane.index)
            """
        )
    }

    private func delay(afterAttempt attempt: Int) -> Duration? { listener.retry.delay(afterAttempt: attempt) }
}

/// Why the other side did not take an event.
struct HandOverFailed: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
