import EventDelivery
import Events
import Logging

extension OutboxDelivery {
    /// Begins at the log's end, with its newest event in memory, by which the log is recognised after a failover.
    func begin() async throws {
        // First, so that a failover meanwhile is noticed.
        try await recognise(try await store.timeline())
        let head = try await store.head()
        guard await bus.head < head else { return }
        let newest = try await store.events(after: head - 1, through: head)
        await bus.reset(to: newest.isEmpty ? head : head - 1)
        await bus.append(newest)
    }

    /// After a failover: compares the newest event in memory with the log. A standby may lack the last commits of its
    /// predecessor, and other events may have their positions by now.
    ///
    /// If that event is there, all before it are, because the log was written in order; nothing has to be done then. Until
    /// that is certain no lane of this process runs.
    func recognise(_ timeline: Int) async throws {
        guard memory.isInDoubt(on: timeline) else { return memory.trust(timeline) }
        let head = await bus.head
        let known = await bus.events(after: head - 1, limit: 1)?.first
        let found = try await store.events(after: head - 1, through: head).first
        guard head == 0 || known != nil && known?.id == found?.id else { throw OutboxError.logWentBack }
        memory.trust(timeline)
        logger.notice("a standby was promoted; it has all that was delivered", metadata: ["timeline": "\(timeline)"])
    }
}
