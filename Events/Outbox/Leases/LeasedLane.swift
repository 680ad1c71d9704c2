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
    let terms: LeaseTerms
    /// Who we are among the holders.
    let holder: UUID

    /// Which of the listener's lanes it is.
    package var index: Int { lane.index }

    /// Keeps the lane while a batch takes long. Throws ``LeaseLost`` when another has it.
    package func renew(_ batch: LeasedBatch) async throws {
        let count = try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE events.lane_lease SET expires_at = now() + make_interval(secs => \(terms.seconds))
                WHERE listener = \(lane.listener) AND lane = \(lane.index)
                  AND holder = \(holder) AND fence = \(batch.fence)
                """
            )
        }
        guard count == 1 else { throw LeaseLost() }
    }

    /// Gives the lane up: at the end, or because another node may have more luck with it.
    package func release() async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE events.lane_lease SET holder = NULL, expires_at = now()
                WHERE listener = \(lane.listener) AND lane = \(lane.index) AND holder = \(holder)
                """
            )
        }
    }

    /// Notes why the lane stands still, for operators to see, and gives it up.
    package func giveUp(because reason: String) async throws {
        try await database.transaction { tx in
            try await tx.execute(
                """
                UPDATE events.lane_lease SET holder = NULL, expires_at = now(),
                       failure = \(String(reason.prefix(2_000))), failing_since = coalesce(failing_since, now())
                WHERE listener = \(lane.listener) AND lane = \(lane.index) AND holder = \(holder)
                """
            )
        }
    }
}

/// What beginning with a lane came to.
package enum LeasedTurn: Sendable {
    /// The lane is ours for now, and this is what is to be done.
    case batch(LeasedBatch)
    /// Another node has the lane.
    case busy
    /// An operator paused the listener.
    case paused
    /// A newer program has redefined the listener; it is left to that.
    case superseded
}

/// The lease ended before the batch did: another node has the lane, or the listener was redefined. Some of the events
/// arrive once more.
package struct LeaseLost: Error, CustomStringConvertible {
    /// One line for the operator.
    package var description: String {
        "the lease on the lane was lost while events were on their way; they are sent again"
    }
}

extension OutboxDelivery {
    /// The lanes of a listener that is worked on under leases, which is made known by this.
    package func leasedLanes(of listener: Listener, _ terms: LeaseTerms) async throws -> [LeasedLane] {
        let holder = UUID()
        return try await store.register(listener).map { lane, _ in
            LeasedLane(listener: listener, lane: lane, database: database, terms: terms, holder: holder)
        }
    }
}
