import EventDelivery
import Events
import Logging

extension OutboxDelivery {
    /// Brings the log's tail to one volatile listener, at its own pace.
    func follow(_ listener: Listener, from position: Int) async {
        guard case .volatile(let routes) = listener.reactions else { return }
        var position = position
        while !Task.isCancelled {
            await bus.wait(after: position)
            guard let events = await missed(after: position) else { continue }
            for event in events {
                if let reaction = routes[event.name] {
                    await EventBus.run(reaction, event, of: listener, logger: logger)
                }
                position = event.position
            }
        }
    }

    /// The next events; from Postgres when memory does not reach back. Nil when that failed.
    private func missed(after position: Int) async -> [EventEnvelope]? {
        if let events = await bus.events(after: position, limit: configuration.scan) { return events }
        do {
            return try await store.events(after: position, through: position + configuration.scan)
        } catch {
            guard !Task.isCancelled else { return nil }
            logger.warning("volatile listener cannot read the log", metadata: ["error": "\(error)"])
            try? await Task.sleep(for: configuration.pause)
            return nil
        }
    }
}
