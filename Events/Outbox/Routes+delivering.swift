import EventDelivery
import Events
import Postgres

extension Routes<Reaction> {
    /// Hands events to their reactions, in order, as many to one reaction at a time as follow each other.
    func deliver(_ events: [EventEnvelope], in tx: borrowing Transaction) async throws {
        var start = events.startIndex
        while start < events.endIndex {
            let end = end(of: start, in: events)
            if let reaction = self[events[start].name] { try await reaction.run(Array(events[start..<end]), tx) }
            start = end
        }
    }
}
