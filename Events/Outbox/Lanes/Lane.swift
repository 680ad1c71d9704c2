import EventDelivery
import Events
import FoundationEssentials

/// A share of a listener's keys. Within one, events come in order; lanes run side by side, or share a transaction while
/// they have little to do.
struct Lane: Hashable, Sendable {
    let listener: String
    let index: Int
    /// Into how many lanes the listener is divided, as the database knows it.
    let count: Int

    func holds(_ slot: Int) -> Bool { slot % count == index }
}

extension Listener {
    /// Of the events that come after a position, the first that are a lane's, and how far was looked.
    func next(
        of recent: [EventEnvelope],
        on lane: Lane,
        after position: Int,
        limit: Int
    ) -> (events: [EventEnvelope], last: Int) {
        let events = Array(recent.lazy.filter { hears($0.name) && lane.holds($0.key.slot) }.prefix(limit))
        return (events, (events.count < limit ? recent : events).last?.position ?? position)
    }
}

/// A lane's cursor, locked by the transaction that read it.
struct LaneCursor: Sendable {
    var position: Int
    var deviations: Int
    /// The server's incarnation; nil while nobody has named it.
    var incarnation: UUID?
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
