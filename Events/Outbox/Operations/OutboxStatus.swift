public import FoundationEssentials

/// The outbox at one moment.
public struct OutboxStatus: Sendable, Encodable {
    /// Position of the newest event in the log.
    public let head: Int
    /// Committed events that have no position yet.
    public let unplaced: Int
    /// When the newest batch was placed.
    public let lastBatchAt: Date?
    /// The listeners, the one with the most waiting first.
    public let listeners: [ListenerStatus]
    /// The processes that take part, the oldest first.
    public let nodes: [NodeStatus]
    /// The node whose turn it is to give events their positions; nil when it is nobody's.
    public let sequencer: SequencerStatus?
    /// Write transactions that have been open for long: their events come when they end.
    public let openTransactions: [OpenTransaction]
    /// Why no event is being placed; nil when all is well.
    public let stopped: String?
    /// How much of the past is kept, and who keeps it.
    public let retention: RetentionStatus
    /// What is not as safe as it could be.
    public let warnings: [String]

    /// True when every listener has had every event and nothing is held back.
    public var isSettled: Bool {
        stopped == nil && unplaced == 0 && listeners.allSatisfy { $0.waiting == 0 && $0.isCounted && $0.heldBack == 0 }
    }
}

/// One listener at one moment.
public struct ListenerStatus: Sendable, Encodable {
    /// Its stored name.
    public let name: String
    /// Its lanes.
    public let lanes: Int
    /// Position of its slowest lane.
    public let position: Int
    /// How many events of the log its slowest lane has not looked at yet, whether it hears them or not.
    public let behind: Int
    /// Events it hears and has not looked at yet. Counted over 10,000 positions a lane; see `isCounted`.
    public let waiting: Int
    /// False when a lane is further behind than `waiting` was counted.
    public let isCounted: Bool
    /// When the oldest of them was recorded.
    public let waitingSince: Date?
    /// Events that are tried again.
    public let retrying: Int
    /// Events that wait behind a failed one of their key.
    public let parked: Int
    /// Events that are given up until an operator decides.
    public let dead: Int
    /// Who paused it; nil when it runs.
    public let pausedBy: String?
    /// Why it is paused.
    public let pauseReason: String?
    /// Why a relay stands still; nil when it does not, or is none.
    public let failure: String?
    /// Since when it stands still.
    public let failingSince: Date?
    /// False when this program does not have it.
    public let isKnown: Bool

    /// Events that could not be handled yet.
    public var heldBack: Int { retrying + parked + dead }
}

/// A write transaction that is open for long.
public struct OpenTransaction: Sendable, Encodable {
    /// The server process; 0 for a prepared transaction, which has none.
    public let pid: Int
    /// Its `application_name`; the identifier of a prepared transaction.
    public let application: String
    /// What it is doing, as `pg_stat_activity` says; or `prepared`, until somebody commits or rolls it back.
    public let state: String
    /// For how many seconds it has been open.
    public let seconds: Double
    /// The server processes that wait for its locks, or for one that does, such as `pid 812 (storytime/serve)`. Whoever
    /// waits for a prepared transaction is not told.
    public let waiting: [String]
}
