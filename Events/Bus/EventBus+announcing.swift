import Events
package import Logging

extension EventBus {
    /// Runs the volatile listeners of events that this process has just committed, before the caller goes on, so that
    /// whoever made the change does not read a stale value afterwards.
    ///
    /// The events come by once more with the log's tail; volatile listeners are idempotent.
    package nonisolated func announce(_ events: [EventReading], logger: Logger) {
        for var event in events {
            guard let hearers = volatile[event.envelope.name] else { continue }
            // By index: an element would be copied, which costs more than the call.
            for index in hearers.indices {
                do {
                    try hearers[index].reaction.run(&event)
                } catch {
                    // Nothing can be rolled back, and the next event heals it.
                    Self.report(error, event.envelope, of: hearers[index].listener, to: logger)
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
