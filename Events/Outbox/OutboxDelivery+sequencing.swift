import EventDelivery
import Logging
import Synchronization

extension OutboxDelivery {
    /// Keeps the bus at the log's end until the task is cancelled: by placing what was recorded when it is this node's
    /// turn, by reading what others have placed when it is not.
    func sequence() async throws {
        var lastFailure = ""
        while !Task.isCancelled {
            await wake.wait(atMost: configuration.poll)
            do {
                if let fence = lease?.fence { try await advance(under: fence) } else { try await followLog() }
                lastFailure = ""
            } catch OutboxError.logWentBack {
                throw OutboxError.logWentBack
            } catch let refusal as Sequencer.Refused {
                lease?.refused(refusal.fence)
            } catch {
                guard !Task.isCancelled else { return }
                // The same failure is said once, not at every attempt.
                if "\(error)" != lastFailure {
                    logger.error("events are not being placed or read", metadata: ["error": "\(error)"])
                }
                lastFailure = "\(error)"
                try? await Task.sleep(for: configuration.pause)
                wake.signal()
            }
        }
    }

    /// Places what has become visible, batch by batch, and brings the bus up to the log's end, whoever placed it.
    /// Returns how many events are new to the bus.
    @discardableResult
    func advance(under fence: Int?) async throws -> Int {
        var count = 0
        var batch: Sequencer.Batch
        repeat {
            batch = try await sequencer.tick(under: fence)
            try check(batch.incarnation)
            let known = await bus.head
            let before = batch.head - batch.events.count
            guard before >= known else { throw OutboxError.logWentBack }
            try await catchUp(from: known, through: before)
            await bus.append(batch.events)
            count += batch.head - known
        } while batch.isPartial
        return count
    }

    /// Brings the bus up to the log's end as it was told, or else as it is found.
    private func followLog() async throws {
        guard !bus.listeners.isEmpty else { return }
        let known = await bus.head
        let told = announced.load(ordering: .relaxed)
        let head = told > known ? told : try await store.head()
        guard head >= known else { throw OutboxError.logWentBack }
        guard head > known else { return try check(try await store.incarnation()) }
        try await catchUp(from: known, through: head)
    }

    /// Reads what other nodes have placed. When it is more than memory holds, readers fetch it for themselves.
    private func catchUp(from known: Int, through last: Int) async throws {
        guard last - known <= configuration.tail else {
            try check(try await store.incarnation())
            return await bus.reset(to: last)
        }
        var position = known
        while position < last {
            let next = min(last, position + configuration.scan)
            let events = try await store.events(after: position, through: next)
            try check(try await store.incarnation())
            await bus.append(events)
            position = next
        }
    }
}
