import FoundationEssentials

/// Why each listener has or has not handled an event.
public struct Explanation: Sendable, Encodable {
    /// The event; nil when no committed one is meant.
    public let event: EventView?
    /// What holds for all listeners: not committed, not placed yet, nobody hears it.
    public let summary: String
    /// One answer a listener.
    public let deliveries: [DeliveryExplanation]
}

/// Why one listener has or has not handled an event.
public struct DeliveryExplanation: Sendable, Codable, Equatable {
    /// How a listener stands to an event.
    public enum State: String, Sendable, Codable {
        /// The listener runs on every node as events come, and keeps no account.
        case volatile
        /// The listener does not hear events of this name.
        case notHeard
        /// The event is committed and has no position yet.
        case unplaced
        /// The event is from before the listener's beginning.
        case beforeStart
        /// The listener's lane has come past it.
        case handled
        /// A replay will hand it to the listener once more.
        case replaying
        /// The lane has not come to it yet.
        case waiting
        /// The listener is paused and has not come to it.
        case paused
        /// No running program has the listener.
        case notInProgram
        /// It failed and is tried again.
        case retrying
        /// An earlier event of its key is not through.
        case heldBack
        /// It failed and is given up until an operator decides.
        case dead
        /// An operator has decided against it.
        case skipped
    }

    /// The listener.
    public let listener: String
    /// How it stands to the event.
    public let state: State
    /// The reason, in one line.
    public let because: String
    /// What an operator may do about it.
    public let advice: String?
}

/// What is known of one listener and one event; an explanation follows from it alone.
struct DeliveryFacts: Sendable, Equatable {
    struct Pause: Sendable, Equatable {
        var by: String
        var since: Date
        var reason: String
    }

    struct Standstill: Sendable, Equatable {
        var since: Date
        var reason: String
    }

    struct Deviation: Sendable, Equatable {
        var position: Int
        var state: String
        var attempts: Int
        var failedAt: Date
        var nextAttemptAt: Date?
        var isClaimed = false
        var error: String?
        var decidedBy: String?
        var decision: String?
    }

    struct Replay: Sendable, Equatable {
        var id: UUID
        var position: Int
        var last: Int
        var requestedBy: String
        var reason: String
    }

    var listener: String
    var isVolatile = false
    /// The program that explains has the listener.
    var isKnown = true
    var hears = true
    /// The event's place in the log.
    var position: Int?
    /// Why nothing is being placed.
    var sequencingStopped: String?
    var startsAfter = 0
    var lane = 0
    var cursor = 0
    /// When the lane's cursor moved last.
    var movedAt: Date?
    /// How many events that the lane hears come before this one.
    var behind = 0
    /// True when they are more than were counted.
    var isCapped = false
    var pause: Pause?
    /// Why the relay's lane stands still.
    var standstill: Standstill?
    var deviation: Deviation?
    /// The first event of the key that is held back.
    var head: Deviation?
    var replay: Replay?
}
