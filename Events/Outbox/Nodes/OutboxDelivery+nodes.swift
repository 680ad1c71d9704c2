import EventDelivery
import Logging
import Postgres
import Synchronization

extension OutboxDelivery {
    /// Hears what other nodes have to say until the task is cancelled.
    func listen() async {
        guard lease != nil || !bus.listeners.isEmpty else { return }
        let channels = lease == nil ? [OutboxChannel.placed] : OutboxChannel.all
        await database.listen(to: channels) { event in
            switch event {
            case .listening(let backend):
                self.lease?.listens(as: backend)
                self.wake.signal()
            case .notified(let notification):
                self.hear(notification)
            }
        }
    }

    private func hear(_ notification: DatabaseNotification) {
        switch notification.channel {
        case OutboxChannel.recorded:
            if lease?.fence != nil { wake.signal() }
        case OutboxChannel.released:
            lease?.hint()
        default:
            // A node that leads hears itself. When it hears of another fence, it finds out that it leads no more.
            guard let placed = OutboxChannel.Placed(notification.payload), placed.isNews(under: lease?.fence) else {
                return
            }
            announced.max(placed.head, ordering: .relaxed)
            wake.signal()
        }
    }

    /// Tells the node that sequences that something was recorded here, at most once in a few milliseconds, until the
    /// task is cancelled.
    func ring() async {
        while !Task.isCancelled {
            await bell.wait()
            do {
                if lease?.fence == nil { try await nodes.ring() } else { wake.signal() }
                try await Task.sleep(for: configuration.ring)
            } catch {
                bell.signal()
                try? await Task.sleep(for: configuration.pause)
            }
        }
    }

    /// Says now and then that this node is there, until the task is cancelled.
    func beat() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.beat)
            do {
                try await nodes.beat()
            } catch {
                guard !Task.isCancelled else { return }
                logger.warning("this node cannot say that it is there", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Says that this node goes, also when the task is cancelled. It is forgotten by itself when that fails.
    func leave() async {
        await Task { try? await nodes.leave() }.value
    }
}
