import Synchronization

/// Where in a transaction the handlers are, for whoever watches that they get on.
///
/// One store an event, so that the watch costs the healthy path nothing to speak of.
package final class HandlerMark: Sendable {
    /// What is being handled.
    package enum Place: Sendable, Equatable {
        case nothing
        /// This event, by itself.
        case event(position: Int)
        /// Several at once, from this one on.
        case batch(from: Int)
    }

    /// Positions begin at 1; a batch is noted as its negative.
    private let mark = Atomic(0)

    package init() {}

    /// The place at this moment.
    package var place: Place {
        let mark = mark.load(ordering: .relaxed)
        return mark == 0 ? .nothing : mark > 0 ? .event(position: mark) : .batch(from: -mark)
    }

    package func enter(position: Int) { mark.store(position, ordering: .relaxed) }

    package func enterBatch(from position: Int) { mark.store(-position, ordering: .relaxed) }

    package func leave() { mark.store(0, ordering: .relaxed) }
}
