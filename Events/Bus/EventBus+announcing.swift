package import Events
package import Logging

extension EventBus {
    /// Runs the volatile listeners of events that this process has just committed, before the caller goes on, so that
    /// whoever made the change does not read a stale value afterwards.
    ///
    /// The events come by once more with the log's tail; volatile listeners are idempotent.
    package nonisolated func announce(_ events: [EventEnvelope], logger: Logger) {
        for event in events {
            guard let hearers = volatile[event.name] else { continue }
            var reading = EventReading(event)
            for hearer in hearers {
                do {
                    try hearer.reaction.run(&reading)
                } catch {
                    // Nothing can be rolled back, and the next event heals it.
                    Self.report(error, event, of: hearer.listener, to: logger)
                }
            }
        }
    }

    private static func report(_ error: any Error, _ event: EventEnvelope, of listener: String, to logger: Logger) {
        logger.error(
            "volatile listener failed",
            metadata: [
                "listener": "\(listener)", "event.id": "\(event.id)", "event.name": "\(event.name)",
                "error.type": "\(type(of: error))", "error": "\(error)",
            ]
        )
    }
}
