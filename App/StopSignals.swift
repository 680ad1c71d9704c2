import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// What SIGTERM and SIGINT do: the first stops gracefully, the second ends the process at once.
enum StopSignals {
    /// Runs the services until a signal stops them, or one of them ends.
    static func run(_ group: ServiceGroup, logger: Logger) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let watch = Task {
            var isStopping = false
            for await signal in signals {
                guard isStopping else {
                    logger.info("stopping", metadata: ["signal": "\(signal)"])
                    await group.triggerGracefulShutdown()
                    isStopping = true
                    continue
                }
                logger.warning("told to stop a second time: ending at once", metadata: ["signal": "\(signal)"])
                // As shells say it: ended by this signal. Nothing is lost; what was at work is done again.
                _exit(128 + signal.rawValue)
            }
        }
        defer { watch.cancel() }
        try await group.run()
    }
}
