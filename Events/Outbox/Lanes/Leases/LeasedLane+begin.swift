import EventDelivery
import Events
import FoundationEssentials
import Postgres

extension LeasedLane {
    /// Takes the lane, or goes on with it, and reads what is to be done, in one short transaction.
    ///
    /// `head` is the position up to which the log is looked at, as the bus of this process knows it. The commit waits for the disk, so that no position leaves
    /// Postgres that a crash of the server could give to another event.
    package func begin(head: @autoclosure () async -> Int) async throws -> LeasedTurn {
        // Before the head is looked at, so that both are of one incarnation, or this one is over.
        let incarnation = memory.incarnation
        let head = await head()
        return try await transaction(isDurable: true) { tx in
            switch try await LaneLeaseStore.look(lane, of: listener, for: holder, terms, in: tx) {
            case .ours(let claim): return try await batch(claim, incarnation, head: head, in: tx)
            case .free:
                guard let claim = try await LaneLeaseStore.take(lane, for: holder, terms, in: tx) else { return .taken }
                return try await batch(claim, incarnation, head: head, in: tx)
            case .taken: return .taken
            case .paused: return .paused
            case .superseded: return .superseded
            }
        }
    }

    /// An operator who is changing what is held back is waited for.
    private func batch(
        _ lease: LaneLeaseStore.Claim,
        _ incarnation: UUID?,
        head: Int,
        in tx: borrowing Transaction
    ) async throws -> LeasedTurn {
        guard let cursor = try await LaneStore.lock(lane, .waiting, hears: listener.hears, in: tx),
            incarnation == nil || incarnation == cursor.incarnation
        else { return .taken }
        let due = cursor.deviations > 0 ? try await DeviationStore.due(lane, atMost: terms.batch, in: tx) : []
        let isFull = cursor.deviations >= terms.heldBack
        var (events, last) = ([EventEnvelope](), cursor.position)
        if cursor.position < head, !isFull { (events, last) = try await next(after: last, head: head, in: tx) }
        let blocked =
            cursor.deviations > 0 && !events.isEmpty
            ? try await DeviationStore.blockedKeys(of: lane, among: events.map(\.key.description), in: tx) : []
        let batch = LeasedBatch(
            lease: lease,
            incarnation: cursor.incarnation,
            position: cursor.position,
            last: last,
            due: due,
            events: events.filter { !blocked.contains($0.key.description) },
            blocked: events.filter { blocked.contains($0.key.description) },
            isHoldingBack: cursor.deviations > 0,
            next: !due.isEmpty || !isFull && last < head ? .atOnce : isFull ? .whenRetriesAreDue : .whenEventsCome
        )
        return .batch(batch)
    }

    private func next(
        after position: Int,
        head: Int,
        in tx: borrowing Transaction
    ) async throws -> (events: [EventEnvelope], last: Int) {
        try await LaneStore.next(
            after: position,
            through: min(head, position + terms.scan),
            lane,
            hears: listener.hears,
            limit: terms.batch,
            in: tx
        )
    }
}
