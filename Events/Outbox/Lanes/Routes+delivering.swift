import EventDelivery
import Events
import Postgres

extension Routes<Reaction> {
    /// Hands events to their reactions, in order, as many to one reaction at a time as follow each other.
    func deliver(
        _ events: [EventEnvelope],
        to listener: String,
        counting metrics: DeliveryMetrics,
        in tx: borrowing Transaction
    ) async throws {
        let mark = tx.scope.value { HandlerMark() }
        defer { mark.leave() }
        var start = events.startIndex
        while start < events.endIndex {
            let end = end(of: start, in: events)
            let position = events[start].position
            if end - start > 1 { mark.enterBatch(from: position) } else { mark.enter(position: position) }
            if let reaction = self[events[start].name] {
                try await reaction.run(Array(events[start..<end]), listener, tx)
            }
            start = end
        }
        metrics.count(events.count, of: listener, as: .handled, in: tx)
    }
}
