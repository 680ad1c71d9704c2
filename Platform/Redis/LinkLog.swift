import Logging
import Synchronization

/// Logs when the server is lost, and when it is back: once each, however often connecting fails in between.
final class LinkLog: Sendable {
    private let logger: Logger
    private let last = Mutex<LinkChange?>(nil)

    init(_ logger: Logger) { self.logger = logger }

    func report(_ change: LinkChange) {
        let previous = last.withLock { last in
            defer { last = change }
            return last
        }
        guard previous != change else { return }
        switch change {
        case .up where previous != nil: logger.info("Redis is back")
        case .up: break
        case .down(let error): logger.warning("Redis connection failed", metadata: ["error": "\(error)"])
        }
    }
}
