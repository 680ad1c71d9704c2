import Logging
import Synchronization

/// Says once that nodes count for themselves, and once that it is over.
final class OutageLog: Sendable {
    private let logger: Logger
    private let isAway = Atomic(false)

    init(_ logger: Logger) { self.logger = logger }

    func begin(_ error: any Error) {
        guard !isAway.exchange(true, ordering: .relaxed) else { return }
        logger.warning("rate limits are counted by each node for itself", metadata: ["error": "\(error)"])
    }

    func end() {
        guard isAway.load(ordering: .relaxed), isAway.exchange(false, ordering: .relaxed) else { return }
        logger.info("rate limits are shared by all nodes again")
    }
}
