public import Events

/// Hears events and does something about them.
///
/// What it may do depends on how it is made. A `transactional` listener runs once for the whole cluster, in the
/// transaction that also moves its cursor, so its writes happen exactly once. A `volatile` one runs on every node, gets
/// no transaction, and must be idempotent: it is for memory, such as caches and live streams. A `relay` hands events to
/// another system, at least once.
public struct Listener: Sendable {
    /// What a listener is allowed to do.
    public enum Effect: String, Sendable {
        /// Writes to Postgres, exactly once.
        case transactional
        /// Touches this process' memory only, latest wins.
        case volatile
        /// Hands events to another system, at least once and in order per key.
        case relay
    }

    /// Where a listener begins when it is new to a database.
    public enum Start: Sendable {
        /// With the next event. For mails and the like, which nobody wants for old news.
        case now
        /// With the first event of the log. For projections.
        case beginning
    }

    /// The stored name, `module.what-it-does`. Renaming it orphans its cursor.
    public let name: String
    /// What it may do.
    public let effect: Effect
    /// Into how many lanes its events are spread; each key stays in one lane and in order.
    public let lanes: Int
    /// When and how often a failed event is tried again.
    public let retry: RetryPolicy
    /// Where it begins.
    public let start: Start
    /// How long its handler may be at one event, or at one batch if it takes batches, before it is cancelled and has
    /// failed.
    public let deadline: Duration
    /// How many of its events may be held back.
    public let limit: DeviationLimit
    package let reactions: Reactions
    /// The tables that it makes what they are; empty unless it is declared as their projection.
    public internal(set) var projection: [ProjectedTable] = []

    /// A listener that writes, exactly once. It may use `tx` and nothing outside of it; what must leave Postgres is a
    /// job enqueued in `tx`.
    public static func transactional(
        _ name: String,
        lanes: Int = 4,
        retry: RetryPolicy = .standard,
        from start: Start = .now,
        deadline: Duration = .seconds(30),
        limit: DeviationLimit = .standard,
        @ReactionBuilder reactions: () -> [Reaction]
    ) -> Listener {
        precondition((1...64).contains(lanes), "\(name): lanes must be between 1 and 64, not \(lanes)")
        precondition(deadline > .zero, "\(name): the deadline must be longer than nothing")
        return Listener(
            name: name,
            effect: .transactional,
            lanes: lanes,
            retry: retry,
            start: start,
            deadline: deadline,
            limit: limit,
            reactions: .transactional(Routes(reactions(), of: name))
        )
    }

    /// A listener that touches this process' memory, on every node.
    public static func volatile(
        _ name: String,
        @VolatileReactionBuilder reactions: () -> [VolatileReaction]
    ) -> Listener {
        Listener(
            name: name,
            effect: .volatile,
            lanes: 1,
            retry: .standard,
            start: .now,
            deadline: .seconds(30),
            limit: .standard,
            reactions: .volatile(Routes(reactions(), of: name))
        )
    }

    /// A listener that hands events to another system; nil means all of them. Whoever runs it reads them under a lease,
    /// and sees to deadlines and to how much is held back.
    package static func relay(
        _ name: String,
        of events: [EventName]?,
        lanes: Int,
        retry: RetryPolicy,
        from start: Start
    ) -> Listener {
        precondition((1...64).contains(lanes), "\(name): lanes must be between 1 and 64, not \(lanes)")
        let names = events.map { Set($0).sorted { $0.rawValue < $1.rawValue } }
        return Listener(
            name: name,
            effect: .relay,
            lanes: lanes,
            retry: retry,
            start: start,
            deadline: .seconds(30),
            limit: .standard,
            reactions: .relay(names)
        )
    }

    /// The names it hears; nil means all.
    public var hears: [EventName]? {
        switch reactions {
        case .transactional(let routes): routes.names
        case .volatile(let routes): routes.names
        case .relay(let names): names
        }
    }

    /// True when it wants this event.
    public func hears(_ name: EventName) -> Bool {
        switch reactions {
        case .transactional(let routes): routes[name] != nil
        case .volatile(let routes): routes[name] != nil
        case .relay(let names): names?.contains(name) ?? true
        }
    }
}

package enum Reactions: Sendable {
    case transactional(Routes<Reaction>)
    case volatile(Routes<VolatileReaction>)
    case relay([EventName]?)
}

/// A listener's reactions by event name.
package struct Routes<Element: Sendable & EventReaction>: Sendable {
    let byName: [EventName: Element]
    private let any: Element?

    init(_ reactions: [Element], of listener: String) {
        let all = reactions.filter { $0.hears == nil }
        precondition(all.count <= 1, "\(listener) reacts to all events twice")
        any = all.first
        let named = reactions.compactMap { reaction in reaction.hears.map { ($0, reaction) } }
        byName = Dictionary(named) { _, _ in preconditionFailure("\(listener) hears one event twice") }
    }

    package var names: [EventName]? { any == nil ? byName.keys.sorted { $0.rawValue < $1.rawValue } : nil }

    package subscript(name: EventName) -> Element? { byName[name] ?? any }

    /// Where events begin that the reaction to `events[start]` does not take: it takes as many as follow each other.
    package func end(of start: Int, in events: [EventEnvelope]) -> Int {
        let name = events[start].name
        let isNamed = byName[name] != nil
        return events[start...].firstIndex { isNamed ? $0.name != name : byName[$0.name] != nil } ?? events.endIndex
    }
}

package protocol EventReaction {
    var hears: EventName? { get }
}
