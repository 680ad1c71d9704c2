import DequeModule
package import Events

/// The tail of the log in this process: the newest events, and who waits for more.
///
/// It owns what changes; the registry of listeners does not and is built once at start. Readers bring their own
/// position and read at their own pace, so a slow one delays itself alone, and one that falls too far behind reads from
/// Postgres until it has caught up.
public actor EventBus {
    /// Every listener of this process.
    public nonisolated let listeners: [Listener]
    /// Who hears an event in this process' memory.
    nonisolated let volatile: [EventName: [(listener: String, reaction: VolatileReaction)]]

    private let capacity: Int
    private var tail = Deque<EventEnvelope>()
    /// Position of the newest event that the bus has seen.
    public private(set) var head = 0
    private var waiters: [(position: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// A bus that keeps the newest events in memory.
    public init(listeners: [Listener], capacity: Int = 16_384) {
        self.listeners = listeners
        self.capacity = capacity
        volatile = listeners.reduce(into: [:]) { hearers, listener in
            guard case .volatile(let routes) = listener.reactions else { return }
            for (name, reaction) in routes.byName { hearers[name, default: []].append((listener.name, reaction)) }
        }
    }

    /// Takes over events from the log. They must follow on what came before; what came already is skipped.
    package func append(_ events: [EventEnvelope]) {
        for event in events where event.position > head {
            if event.position != head + 1 { tail.removeAll(keepingCapacity: true) }
            tail.append(event)
            head = event.position
        }
        if tail.count > capacity { tail.removeFirst(tail.count - capacity) }
        wakeWaiters()
    }

    /// Begins anew at a position: at start, or when what is missing is more than memory holds.
    package func reset(to position: Int) {
        tail.removeAll()
        head = position
        wakeWaiters()
    }

    /// Up to `limit` events after a position; nil when they are not in memory any more.
    package func events(after position: Int, limit: Int) -> [EventEnvelope]? {
        guard position < head else { return [] }
        guard let first = tail.first, position >= first.position - 1 else { return nil }
        let start = position - first.position + 1
        return Array(tail[start...].prefix(limit))
    }

    /// Waits until there are events after a position, or the task is cancelled.
    package func wait(after position: Int) async {
        guard head <= position, !Task.isCancelled else { return }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiters.append((position, continuation))
                if Task.isCancelled { wakeAll() }
            }
        } onCancel: {
            // Waking is harmless: whoever wakes looks again.
            Task { await wakeAll() }
        }
    }

    private func wakeWaiters() {
        let head = head
        let ready = waiters.filter { $0.position < head }
        guard !ready.isEmpty else { return }
        waiters.removeAll { $0.position < head }
        for waiter in ready { waiter.continuation.resume() }
    }

    private func wakeAll() {
        let all = waiters
        waiters = []
        for waiter in all { waiter.continuation.resume() }
    }
}
