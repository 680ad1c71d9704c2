package import Events
package import Logging
import Origin

extension EventBus {
    /// Runs the volatile listeners of events that this process has just committed, before the caller goes on, so that
    /// whoever made the change does not read a stale value afterwards.
    ///
    /// The events come by once more with the log's tail; volatile listeners are idempotent.
    package nonisolated func announce(_ events: [EventEnvelope], logger: Logger) async {
        for listener in listeners {
            guard case .volatile(let routes) = listener.reactions else { continue }
            for event in events {
                guard let reaction = routes[event.name] else { continue }
                await Self.run(reaction, event, of: listener, logger: logger)
            }
        }
    }

    /// Runs one volatile reaction. What it throws is logged: nothing can be rolled back, and the next event heals it.
    package static func run(
        _ reaction: VolatileReaction,
        _ event: EventEnvelope,
        of listener: Listener,
        logger: Logger
    ) async {
        do {
            try await event.consequence.run { try await reaction.run(event) }
        } catch {
            logger.error(
                "volatile listener failed",
                metadata: [
                    "listener": "\(listener.name)", "event.id": "\(event.id)", "event.name": "\(event.name)",
                    "error.type": "\(type(of: error))", "error": "\(error)",
                ]
            )
        }
    }
}
