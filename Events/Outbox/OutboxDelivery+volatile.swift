import EventDelivery
import Events
import Logging

extension OutboxDelivery {
    /// Brings the log's tail to the volatile listeners until the task is cancelled.
    func follow(from position: Int) async {
        var position = position
        hearing()
        while !Task.isCancelled {
            await bus.wait(after: position)
            guard let events = await missed(after: position) else { continue }
            bus.announce(events.map { EventReading($0) }, logger: logger)
            // What was dropped is not there to be heard.
            let passed = min(await bus.head, position + configuration.scan)
            position = events.last?.position ?? max(position, passed)
        }
    }

    /// The next events; from Postgres when memory does not reach back. Nil when that failed.
    private func missed(after position: Int) async -> [EventEnvelope]? {
        if let events = await bus.events(after: position, limit: configuration.scan) { return events }
        do {
            return try await store.events(after: position, through: position + configuration.scan)
        } catch {
            guard !Task.isCancelled else { return nil }
            logger.warning("volatile listeners cannot read the log", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: configuration.pause)
            return nil
        }
    }
}
