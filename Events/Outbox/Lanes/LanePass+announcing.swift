import EventDelivery
import Events
import Postgres

extension LanePass {
    /// Writes down which events come next, before they are handed over, as long as this life of the process has not
    /// proven that the lane is safe.
    ///
    /// What an earlier life had announced and not brought behind itself is set aside, to be tried one by one with each
    /// attempt counted first: a crash then costs one event an attempt, and after a few of them that event is dead and
    /// the process lives. A wrong suspicion, such as of a node that was only cut off, costs nothing but that detour.
    func announce(atMost limit: Int, _ claim: Claim = .atOnce) async throws {
        let head = await bus.head
        _ = try await transaction(claim) { tx, cursor in
            var position = cursor.position
            if let last = try await CrashStore.lastAnnounced(lane, after: position, notBy: life.id, in: tx) {
                try await suspect(after: position, through: last, in: tx)
                position = last
            }
            let (events, _) = try await next(after: position, head: head, limit: limit, in: tx)
            if let last = events.last?.position {
                CrashStore.announce(lane, after: position, through: last, by: life.id, in: tx)
            }
            return Step(outcome: .busy)
        }
    }

    private func suspect(after position: Int, through last: Int, in tx: borrowing Transaction) async throws {
        let events = try await LaneStore.events(
            after: position,
            through: last,
            lane,
            hears: listener.hears,
            limit: configuration.scan,
            in: tx
        )
        CrashStore.suspect(events, lane, in: tx)
        LaneStore.move(lane, to: last, in: tx)
        // Not against the limit: a suspicion is no failure yet.
        LaneStore.recount(lane, in: tx)
    }
}
