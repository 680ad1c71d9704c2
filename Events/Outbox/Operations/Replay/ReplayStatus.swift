public import FoundationEssentials
import Postgres

/// One replay and how far it has come.
public struct ReplayStatus: Sendable, Encodable {
    /// How a replay stands.
    public enum State: String, Sendable, Encodable, CaseIterable {
        /// Written down, not begun.
        case planned
        /// Somebody drives it.
        case running
        /// Nobody has driven it for a while: resume it.
        case interrupted
        /// An event failed: resume it after the fix.
        case failed
        /// An operator ended it.
        case aborted
        /// It has come to its end.
        case finished
    }

    /// The replay, to take it up again.
    public let id: UUID
    /// The listener.
    public let listener: String
    /// How it stands.
    public let state: State
    /// The first position.
    public let first: Int
    /// The last position.
    public let last: Int
    /// The position it has come to.
    public let position: Int
    /// How many events were selected when it was planned.
    public let total: Int
    /// How many it has handed over.
    public let delivered: Int
    /// How much of it is done, from 0 to 100.
    public let percent: Double
    /// How long the rest will take; nil while there is nothing to tell it from.
    public let remainingSeconds: Double?
    /// At most this many events a second.
    public let rate: Int?
    /// Only events of these names.
    public let names: [String]?
    /// Only events of these keys.
    public let keys: [String]?
    /// True when the nodes that bring events to listeners drive it, not the program that began it.
    public let isDetached: Bool
    /// Why.
    public let reason: String
    /// Who began it.
    public let requestedBy: String
    /// When.
    public let createdAt: Date
    /// When it last came forward.
    public let movedAt: Date?
    /// When it ended.
    public let finishedAt: Date?
    /// Who aborted it.
    public let abortedBy: String?
    /// What the event said that stopped it, or why nothing goes at the moment.
    public let error: String?
    /// True at the end.
    public let isFinished: Bool

    /// True when it neither has come to its end nor was ended.
    public var isOpen: Bool { state != .finished && state != .aborted }
}

extension ReplayStatus {
    /// The columns of `events.replay`, as `r`, that a status is read from.
    static let columns = """
        r.*, clock_timestamp() AS seen_at,
        CASE WHEN r.finished_at IS NOT NULL THEN 'finished' WHEN r.aborted_at IS NOT NULL THEN 'aborted'
             WHEN r.failed_at IS NOT NULL THEN 'failed' WHEN r.moved_at IS NULL THEN 'planned'
             WHEN greatest(r.moved_at, r.due_at) > clock_timestamp() - interval '30 s' THEN 'running'
             ELSE 'interrupted' END AS state
        """

    init(_ row: Row) throws {
        id = try row["id"]
        listener = try row["listener"]
        state = State(rawValue: try row["state"]) ?? .interrupted
        first = try row["first"]
        last = try row["last"]
        position = try row["position"]
        total = try row["total"]
        delivered = try row["delivered"]
        rate = try row["rate"]
        names = try row["names"]
        keys = try row["keys"]
        isDetached = try row["detached"]
        reason = try row["reason"]
        requestedBy = try row["requested_by"]
        createdAt = try row["created_at"]
        movedAt = try row["moved_at"]
        finishedAt = try row["finished_at"]
        abortedBy = try row["aborted_by"]
        error = try row["error"]
        isFinished = state == .finished
        percent =
            isFinished ? 100 : total > 0 ? min(100, 100 * Double(delivered) / Double(total)) : 0
        remainingSeconds = Self.forecast(
            left: isFinished ? 0 : max(0, total - delivered),
            done: delivered,
            busy: try row["busy_seconds"],
            rate: rate
        )
    }

    /// What is left at the pace so far, and never faster than the rate.
    static func forecast(left: Int, done: Int, busy: Double, rate: Int?) -> Double? {
        guard left > 0 else { return 0 }
        let byPace = done > 0 ? busy / Double(done) * Double(left) : nil
        let byRate = rate.map { Double(left) / Double($0) }
        return [byPace, byRate].compactMap { $0 }.max()
    }
}
