import Events
public import FoundationEssentials
import Postgres
public import StrictJSON

/// Which deliveries that did not come about an operator means.
public struct DeadLetterFilter: Sendable {
    /// In which state a delivery is held.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Given up until an operator decides.
        case dead
        /// Tried again by itself.
        case retrying
        /// Waiting behind a failed event of its key.
        case parked
    }

    /// Only in these states; dead ones unless said otherwise.
    public var states: Set<State> = [.dead]
    /// Only of this listener.
    public var listener: String?
    /// Only of this event, by identifier or position.
    public var event: String?
    /// Only events of this name.
    public var name: String?
    /// Only events of this key.
    public var key: String?
    /// Only of this cause, as `deadLetterGroups` names it.
    public var cause: String?
    /// Only what failed last at least so long ago.
    public var olderThan: Duration?
    /// Only what failed last at most so long ago.
    public var newerThan: Duration?

    /// All dead letters.
    public init() {}

    /// True when nothing narrows it down.
    public var isUnlimited: Bool {
        listener == nil && event == nil && name == nil && key == nil && cause == nil && olderThan == nil
            && newerThan == nil
    }
}

/// Dead letters of one listener with one cause.
public struct DeadLetterGroup: Sendable, Codable {
    /// The listener.
    public let listener: String
    /// The group's name, for `--cause`: a digest of error type and normalised message.
    public let cause: String
    /// The type of the error.
    public let errorType: String
    /// The message, without what differs from event to event.
    public let message: String
    /// How many there are.
    public let count: Int
    /// How many later events of their keys wait behind them.
    public let heldBehind: Int
    /// The names of the events.
    public let names: [String]
    /// When the first of them failed last.
    public let oldest: Date
    /// When the newest of them failed last.
    public let newest: Date
    /// The newest of them.
    public let sample: DeadLetter
}

/// A delivery that did not come about.
public struct DeadLetter: Sendable, Codable {
    /// The listener.
    public let listener: String
    /// The event's place in the log.
    public let position: Int
    /// The event.
    public let id: UUID
    /// The event's name.
    public let name: String
    /// What the event is about.
    public let key: String
    /// `dead`, `retrying` or `parked`.
    public let state: String
    /// How often it was tried.
    public let attempts: Int
    /// When it failed last.
    public let failedAt: Date
    /// When it is tried again.
    public let nextAttemptAt: Date?
    /// The cause's group.
    public let cause: String?
    /// The type of the error.
    public let errorType: String?
    /// What was thrown.
    public let error: String?
}

/// A dead letter whole.
public struct DeadLetterDetails: Sendable, Codable {
    /// The delivery.
    public let letter: DeadLetter
    /// How many later events of its key wait behind it.
    public let heldBehind: Int
    /// The payload as it was recorded.
    public let payload: JSON
    /// The version of that payload's shape.
    public let version: Int
    /// What an operator has put in its place.
    public let edit: PayloadEdit?
}

/// A payload that an operator has put in the place of the recorded one, for one listener.
public struct PayloadEdit: Sendable, Codable {
    /// The new payload.
    public let payload: JSON
    /// The version of its shape.
    public let version: Int
    /// Where it differs from the recorded one.
    public let changes: [JSONChange]
    /// Who did it.
    public let editedBy: String
    /// Why.
    public let reason: String
    /// When.
    public let editedAt: Date
}

extension DeadLetter {
    /// The columns of `events.deviation` as `d` and `events.event` as `e` that a letter is read from.
    static let columns = """
        d.listener, d.position, e.id, e.name, e.key, d.state, d.attempts, d.failed_at, d.next_attempt_at, d.cause,
        d.error_type, d.error
        """

    init(_ row: Row) throws {
        listener = try row["listener"]
        position = try row["position"]
        id = try row["id"]
        name = try row["name"]
        key = try row["key"]
        state = try row["state"]
        attempts = try row["attempts"]
        failedAt = try row["failed_at"]
        nextAttemptAt = try row["next_attempt_at"]
        cause = try row["cause"]
        errorType = try row["error_type"]
        error = try row["error"]
    }
}
