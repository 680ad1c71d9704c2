import EventDelivery
import Events

/// A share of a listener's keys. Lanes run side by side; within one, events come in order.
struct Lane: Hashable, Sendable {
    let listener: String
    let index: Int
    /// Into how many lanes the listener is divided, as the database knows it.
    let count: Int

    func holds(_ event: EventEnvelope) -> Bool { event.key.slot % count == index }
}

/// A lane's cursor, locked by the transaction that read it.
struct LaneCursor: Sendable {
    var position: Int
    var deviations: Int
    var isPaused: Bool
}

/// What one run of a lane came to.
enum LaneOutcome: Sendable, Equatable {
    /// The cursor moved; `more` tells whether the lane should run again at once.
    case moved(to: Int, handled: Int, more: Bool)
    /// Another node has the lane.
    case busy
    /// An operator paused the listener.
    case paused
    /// The database failed it.
    case failed
}
