import EventDelivery
import Events
import FoundationEssentials
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

extension OutboxDelivery {
    /// Delivers from one incarnation of the server to the next, until the service group stops.
    ///
    /// Positions are handed over before they are durable. A crash undoes the newest of them, together with every effect
    /// and cursor that came of them, so what is in Postgres is right; what this process remembers may not be, and is
    /// forgotten.
    func deliver(beginningWith first: Dispatcher) async throws {
        var dispatcher: Dispatcher? = first
        while let current = dispatcher {
            do {
                return try await deliver(with: current)
            } catch OutboxError.logWentBack {
                logger.warning("the server has crashed or was replaced; delivery begins anew with what it has now")
            }
            dispatcher = try await prepareAgain()
        }
    }

    /// Ends without an error only when the service group stops.
    private func deliver(with dispatcher: Dispatcher) async throws {
        let start = await bus.head
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await cancelWhenGracefulShutdown { try await self.sequence() } }
            if lease != nil { group.addTask { await dispatcher.run(from: start) } }
            if bus.listeners.contains(where: { $0.effect == .volatile }) {
                group.addTask { await cancelWhenGracefulShutdown { await self.follow(from: start) } }
            }
        }
    }

    /// Waits for the server; nil when the service group stops meanwhile.
    private func prepareAgain() async throws -> Dispatcher? {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    return try await self.prepare()
                } catch {
                    guard Task.isCancelled || (error as? DatabaseError)?.isNoEventsFault == true else { throw error }
                    try? await Task.sleep(for: self.configuration.pause)
                }
            }
            return nil
        }
    }

    /// Begins at the log's end. What is remembered of another incarnation is forgotten first.
    func begin() async throws {
        // Before the log is looked at, so that a crash meanwhile is noticed.
        let incarnation = try await store.incarnation()
        announced.store(0, ordering: .relaxed)
        let head = try await store.head()
        let known = await bus.head
        if known != head || memory.isInDoubt(in: incarnation) { await bus.reset(to: head) }
        memory.begin(incarnation)
    }

    /// Throws when what was read from the log may not go together with what is remembered. Incarnations never come back,
    /// so looking after reading is enough.
    func check(_ incarnation: UUID?) throws {
        if memory.isInDoubt(in: incarnation) { throw OutboxError.logWentBack }
    }
}
