import Synchronization

/// A message's turn on a thread.
///
/// Cancelled while it waits, it is over at once; cancelled while it runs, the thread is told.
final class MailTurn: Sendable {
    typealias Continuation = CheckedContinuation<Void, any Error>

    private enum State {
        case waiting(Continuation?)
        case running
        case cancelled
    }

    private let state = Mutex(State.waiting(nil))

    var isCancelled: Bool {
        state.withLock { if case .cancelled = $0 { true } else { false } }
    }

    /// Keeps the continuation for whoever ends the waiting.
    func wait(_ continuation: Continuation) {
        let isCancelled = state.withLock { state in
            guard case .waiting = state else { return true }
            state = .waiting(continuation)
            return false
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    /// Ends the waiting for work to begin.
    ///
    /// Whoever gets the continuation has to resume it; nil means there is nothing to do.
    func begin() -> Continuation? {
        state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .running
            return continuation
        }
    }

    func cancel() {
        let waiting = state.withLock { state in
            defer { state = .cancelled }
            return if case .waiting(let continuation) = state { continuation } else { Continuation?.none }
        }
        waiting?.resume(throwing: CancellationError())
    }
}
