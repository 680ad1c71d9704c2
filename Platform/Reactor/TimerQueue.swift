import HeapModule
import Synchronization

/// Names a scheduled action, to cancel it.
public struct TimerToken: Hashable, Sendable {
    let id: UInt64
}

/// The loop's pending actions by due time. A cancelled one stays in the heap, without its action, until it is due.
struct TimerQueue {
    private struct Entry: Comparable {
        let due: ContinuousClock.Instant
        let id: UInt64
        static func < (a: Entry, b: Entry) -> Bool { (a.due, a.id) < (b.due, b.id) }
    }

    private var heap = Heap<Entry>()
    private var actions: [UInt64: @Sendable () -> Void] = [:]
    private var lastID: UInt64 = 0

    /// Adds an action; `isNext` says that nothing is due before it.
    mutating func add(
        due: ContinuousClock.Instant,
        _ action: @escaping @Sendable () -> Void
    ) -> (token: TimerToken, isNext: Bool) {
        lastID += 1
        heap.insert(Entry(due: due, id: lastID))
        actions[lastID] = action
        return (TimerToken(id: lastID), heap.min?.id == lastID)
    }

    mutating func cancel(_ token: TimerToken) {
        actions[token.id] = nil
    }

    mutating func popDue(now: ContinuousClock.Instant) -> [@Sendable () -> Void] {
        var due: [@Sendable () -> Void] = []
        while let first = heap.min, first.due <= now || actions[first.id] == nil {
            heap.removeMin()
            if let action = actions.removeValue(forKey: first.id) { due.append(action) }
        }
        return due
    }

    /// Rounded up, so that the loop does not wake a moment too early; -1 (for ever) when nothing is scheduled.
    func millisecondsToNext(now: ContinuousClock.Instant) -> Int32 {
        guard let next = heap.min else { return -1 }
        let wait = now.duration(to: next.due)
        guard wait > .zero else { return 0 }
        let (seconds, attoseconds) = wait.components
        return Int32(clamping: seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}

extension ReactorLoop {
    /// Runs an action on the loop once the time has passed, to the millisecond.
    @discardableResult
    public func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) -> TimerToken {
        let (token, isNext) = timers.withLock { $0.add(due: .now + delay, action) }
        // The loop may have planned a longer sleep already, so it has to plan anew.
        if isNext { requestTurn(TimerTurn.shared) }
        return token
    }

    /// Forgets a scheduled action; harmless when it ran already.
    public func cancel(_ token: TimerToken) {
        timers.withLock { $0.cancel(token) }
    }
}

/// Wakes the loop so that it looks at its timers again.
private final class TimerTurn: ReactorHandler {
    static let shared = TimerTurn()
    func ready(_ descriptor: Int32, _ readiness: Readiness) {}
    func turn() {}
}
