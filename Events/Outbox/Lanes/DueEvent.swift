import EventDelivery
import Events
import FoundationEssentials
import Postgres

/// An event whose next attempt is due.
struct DueEvent: Sendable {
    let envelope: EventEnvelope
    /// How often it was tried, as its row says.
    var attempts: Int
    /// How often in a row a process ended while it was at the event.
    var crashes: Int
    /// The life that is, or was, at it.
    let claimedBy: UUID?

    /// What is to be done about it.
    enum Plan: Equatable {
        /// Try it at once: it was never tried, and no process has ended over it.
        case attempt
        /// Count the attempt first, because a process that ends cannot.
        case countFirst(crashes: Int)
        /// Give it up.
        case bury(crashes: Int)
    }

    /// `isProven` is whether the lane has come past whatever may have ended an earlier life of this process.
    func plan(by life: UUID, isProven: Bool, policy: RetryPolicy) -> Plan {
        let crashes = crashes + (claimedBy == nil || claimedBy == life ? 0 : 1)
        if crashes >= policy.crashes || crashes > 0 && attempts >= policy.attempts { return .bury(crashes: crashes) }
        return attempts > 0 || crashes > 0 || !isProven ? .countFirst(crashes: crashes) : .attempt
    }
}

extension DueEvent {
    init(_ row: Row) throws {
        envelope = try EventEnvelope(row)
        attempts = try row["attempts"]
        crashes = try row["crashes"]
        claimedBy = try row["claimed_by"]
    }
}
