import Synchronization

/// Ends what takes too long.
///
/// One sweep every few milliseconds serves every request, which costs less than a timer each.
final class Deadlines: Sendable {
    typealias Token = UInt64

    private struct Entry {
        let instant: ContinuousClock.Instant
        let expire: @Sendable () -> Void
    }

    private struct State {
        var next: Token = 0
        var entries: [Token: Entry] = [:]
    }

    private let state = Mutex(State())
    private let tick: Duration = .milliseconds(25)

    /// Calls `expire` once at about that instant unless the token is removed before.
    func add(at instant: ContinuousClock.Instant, _ expire: @escaping @Sendable () -> Void) -> Token {
        state.withLock { state in
            state.next += 1
            state.entries[state.next] = Entry(instant: instant, expire: expire)
            return state.next
        }
    }

    func remove(_ token: Token) {
        state.withLock { _ = $0.entries.removeValue(forKey: token) }
    }

    /// Sweeps until the task is cancelled.
    func run() async {
        while (try? await Task.sleep(for: tick, clock: .continuous)) != nil { sweep(now: .now) }
    }

    private func sweep(now: ContinuousClock.Instant) {
        let expired = state.withLock { state in
            let due = state.entries.filter { $0.value.instant <= now }
            for token in due.keys { state.entries.removeValue(forKey: token) }
            return due
        }
        for entry in expired.values { entry.expire() }
    }

    /// The value of `body`, or nil when it is not there in time or the caller is cancelled; then `body` is cancelled but not
    /// waited for.
    func value<Value: Sendable>(
        by instant: ContinuousClock.Instant,
        _ body: @escaping @Sendable () async -> Value
    ) async -> Value? {
        let race = Race<Value>()
        let value = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard race.begin(continuation) else { return continuation.resume(returning: nil) }
                // A task of its own, so that the reply need not wait for a body that does not heed cancellation. It begins
                // here and now: one that has nothing to wait for is over without a deadline.
                race.adopt(Task.immediate { race.finish(await body()) })
                if !race.isOver { race.token = add(at: instant) { race.abandon() } }
            }
        } onCancel: {
            race.abandon()
        }
        if let token = race.token { remove(token) }
        return value
    }
}

/// Who comes first: the value, the deadline or the caller's cancellation.
private final class Race<Value: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Value?, Never>?
        var task: Task<Void, Never>?
        var token: Deadlines.Token?
        var isAbandoned = false
    }

    private let state = Mutex(State())

    var token: Deadlines.Token? {
        get { state.withLock { $0.token } }
        set { state.withLock { $0.token = newValue } }
    }

    var isOver: Bool { state.withLock { $0.continuation == nil } }

    /// False when the caller was cancelled before the start.
    func begin(_ continuation: CheckedContinuation<Value?, Never>) -> Bool {
        state.withLock { state in
            guard !state.isAbandoned else { return false }
            state.continuation = continuation
            return true
        }
    }

    func adopt(_ task: Task<Void, Never>) {
        let isAbandoned = state.withLock { state in
            state.task = task
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    func abandon() {
        let task = state.withLock { state in
            state.isAbandoned = true
            return state.task
        }
        task?.cancel()
        finish(nil)
    }

    func finish(_ value: Value?) {
        let continuation = state.withLock { $0.continuation.take() }
        continuation?.resume(returning: value)
    }
}
