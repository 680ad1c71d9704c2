import EventDelivery
import Events

/// A share of a listener's keys. Lanes run side by side; within one, events come in order.
struct Lane: Hashable, Sendable {
    let listener: String
    let index: Int
    /// Into how many lanes the listener is divided, as the database knows it.
    let count: Int

    func holds(_ slot: Int) -> Bool { slot % count == index }
}

/// A lane's cursor, locked by the transaction that read it.
struct LaneCursor: Sendable {
    var position: Int
    var deviations: Int
    /// The timeline that the server writes.
    var timeline: Int
    var isPaused: Bool
    /// Another program has redefined the listener: its lanes, or what it hears.
    var isSuperseded: Bool
}

/// What one run of a lane came to.
enum LaneOutcome: Sendable, Equatable {
    /// The cursor moved; `more` tells whether the lane should run again at once.
    case moved(to: Int, handled: Int, more: Bool)
    /// Another node has the lane.
    case busy
    /// An operator paused the listener.
    case paused
    /// The database knows the listener as a newer program has defined it. Running it as this program does could skip
    /// events or handle them twice.
    case superseded
    /// The database failed it.
    case failed
}
