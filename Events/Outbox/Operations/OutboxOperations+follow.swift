import Postgres

extension OutboxOperations {
    /// Waits for new events and hands them over as they get their positions, until the task is cancelled.
    ///
    /// Positions are dense and final, so none is missed and none comes twice, however long the pause between two looks.
    /// Begins after `filter.after`, or with the next event.
    public func follow(
        _ filter: EventFilter,
        every pause: Duration = .milliseconds(250),
        _ hand: (EventView) async throws -> Void
    ) async throws {
        var filter = filter
        filter.limit = 500
        var position: Int
        if let after = filter.after {
            position = after
        } else {
            position = try await CursorStore(database: database).head()
        }
        while !Task.isCancelled {
            // The end first: what is placed while events are read is for the next look.
            let head = try await CursorStore(database: database).head()
            filter.after = position
            let events = position < head ? try await self.events(filter) : []
            for event in events { try await hand(event) }
            guard events.count < filter.limit else {
                position = events.last?.position ?? head
                continue
            }
            position = max(head, events.last?.position ?? position)
            try await Task.sleep(for: pause)
        }
    }
}
