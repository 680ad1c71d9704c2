package import Events
import FoundationEssentials

/// What a lane's holder is to hand over next.
package struct LeasedBatch: Sendable {
    let lease: LaneLeaseStore.Claim
    /// Of which incarnation of the server it was read.
    let incarnation: UUID?
    /// Where the cursor stood.
    let position: Int
    /// Where the cursor will stand.
    package let last: Int
    /// Events that failed before and are to be tried again; no two share a key.
    let due: [DueEvent]
    /// New events, without those whose key is held back.
    let events: [EventEnvelope]
    /// New events whose key is held back.
    let blocked: [EventEnvelope]
    /// Events of the lane were held back when the batch was begun.
    package let isHoldingBack: Bool
    /// When it is worth looking again.
    package let next: Next

    /// When it is worth looking again.
    package enum Next: Sendable {
        /// There is more to do.
        case atOnce
        /// Everything is done.
        case whenEventsCome
        /// So much is held back that the lane stands: only the retries go on.
        case whenRetriesAreDue
    }

    /// True when nothing is to be handed over.
    package var isEmpty: Bool { due.isEmpty && events.isEmpty }

    /// True when nothing would change.
    var isIdle: Bool { isEmpty && blocked.isEmpty && last == position && !lease.wasFailing }

    /// Hands everything over, in waves: of each key one event at a time, so that one that fails can hold back those
    /// behind it. `send` returns for each event why it failed, or nil; the result is why, by position.
    package func handOver(
        _ send: ([EventEnvelope]) async throws -> [HandOverFailure?]
    ) async throws -> [Int: HandOverFailure] {
        var failures: [Int: HandOverFailure] = [:]
        var failedKeys: Set<OrderingKey> = []
        for wave in (due.map(\.envelope) + events).waves {
            let free = wave.filter { !failedKeys.contains($0.key) }
            guard !free.isEmpty else { continue }
            for (event, failure) in zip(free, try await send(free)) {
                guard let failure else { continue }
                failures[event.position] = failure
                failedKeys.insert(event.key)
            }
        }
        return failures
    }

    /// New events that wait behind one of their key that failed.
    func heldBack(by failures: [Int: HandOverFailure]) -> [EventEnvelope] {
        var failedKeys: Set<OrderingKey> = []
        return events.filter { event in
            if failedKeys.contains(event.key) { return true }
            if failures[event.position] != nil { failedKeys.insert(event.key) }
            return false
        }
    }
}
