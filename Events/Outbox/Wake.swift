import Reactor
import Synchronization

/// Wakes one waiter, at once or when a time has passed. Signals that nobody waits for are kept, as one.
final class Wake: Sendable {
    private struct State {
        var isSignalled = false
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
    private let loop: ReactorLoop

    init(on loop: ReactorLoop) {
        self.loop = loop
    }

    func signal() {
        let waiter = state.withLock { state in
            state.isSignalled = state.waiter == nil
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }

    /// Returns when signalled, when the time has passed if there is a limit, or when the task is cancelled.
    func wait(atMost limit: Duration? = nil) async {
        let timer = limit.map { loop.schedule(after: $0) { self.signal() } }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.isSignalled || Task.isCancelled {
                        state.isSignalled = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            signal()
        }
        if let timer { loop.cancel(timer) }
    }
}
