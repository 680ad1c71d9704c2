package import EventDelivery
import FoundationEssentials
import Postgres

/// A lane of a listener whose events leave Postgres, such as to a broker, where no transaction reaches.
///
/// Nothing is locked while events are on their way. Whoever hands them over holds a lease instead, and moves the cursor
/// once they have arrived, if the lease is still its own. So each event arrives at least once. Events of a key arrive in
/// order: each holder hands them over one after another, beginning with the first that may not have arrived; what comes
/// twice has come in order before.
package struct LeasedLane: Sendable {
    /// The listener.
    package let listener: Listener
    let lane: Lane
    let database: Database
    let memory: LogMemory
    let metrics: DeliveryMetrics
    let terms: LaneLeaseTerms
    /// Who we are among the holders.
    let holder: UUID

    /// Which of the listener's lanes it is.
    package var index: Int { lane.index }

    /// Keeps the lane while a batch takes long. Throws ``LaneLeaseLost`` when another has it.
    package func renew(_ batch: LeasedBatch) async throws {
        try await transaction { tx in
            try await LaneLeaseStore.hold(lane, for: holder, fence: batch.lease.fence, in: tx)
            LaneLeaseStore.extend(lane, terms, in: tx)
        }
    }

    /// Gives the lane up: at the end, or because another node may have more luck with it. A reason why the lane stands
    /// still is noted for operators to see.
    package func release(because reason: String? = nil) async throws {
        try await transaction { tx in
            LaneLeaseStore.release(lane, from: holder, because: reason.map { String($0.prefix(2_000)) }, in: tx)
        }
    }

    /// Unless it is to be durable, the commit does not wait for the disk: what a crash of the server undoes is handed over
    /// once more.
    func transaction<Result: Sendable>(
        isDurable: Bool = false,
        _ body: @Sendable (borrowing Transaction) async throws -> Result
    ) async throws -> Result {
        var options = TransactionOptions()
        options.asynchronousCommit = !isDurable
        options.statementTimeout = .seconds(10)
        return try await database.transaction(options, body)
    }
}

/// What beginning with a lane came to.
package enum LeasedTurn: Sendable {
    /// The lane is ours for now, and this is what is to be done.
    case batch(LeasedBatch)
    /// Another node has the lane, or the server was replaced and nobody knows yet by what.
    case taken
    /// An operator paused the listener.
    case paused
    /// A newer program has redefined the listener; it is left to that.
    case superseded
}

/// The lease ended before the batch did: another node has the lane, or the listener was redefined. Some of the events
/// arrive once more.
package struct LaneLeaseLost: Error, CustomStringConvertible {
    /// One line for the operator.
    package var description: String {
        "the lease on the lane was lost while events were on their way; they are sent again"
    }
}

/// Why the other side did not take an event.
package struct HandOverFailure: Error, Equatable, CustomStringConvertible {
    /// The reason, in one line.
    package let description: String
    /// Trying again changes nothing: the event is dead at once, and an operator decides.
    package let isPermanent: Bool

    /// A reason to try again, or to give the event up.
    package init(_ description: String, isPermanent: Bool = false) {
        self.description = description
        self.isPermanent = isPermanent
    }
}

extension OutboxDelivery {
    /// The lanes of a listener that is worked on under leases, which is made known by this.
    package func leasedLanes(of listener: Listener, _ terms: LaneLeaseTerms) async throws -> [LeasedLane] {
        let holder = UUID()
        return try await store.register(listener).map { lane, _ in
            LeasedLane(
                listener: listener,
                lane: lane,
                database: database,
                memory: memory,
                metrics: metrics,
                terms: terms,
                holder: holder
            )
        }
    }
}
