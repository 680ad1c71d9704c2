import Synchronization

/// A command that a caller waits for. It is settled once, whatever comes first: the answer, a failure, its time limit
/// or the caller's cancellation. An answer that comes later still takes its place in the order, and is dropped.
final class PendingCommand: Sendable {
    /// Who waits. Not a checked continuation, because it is on the path of every command; the state hands it out once.
    @safe private struct Waiter {
        let continuation: UnsafeContinuation<RedisValue, any Error>

        func resume(with result: Result<RedisValue, any Error>) { unsafe continuation.resume(with: result) }
    }

    private struct State {
        var waiter: Waiter?
        var isSettled = false
    }

    let command: RedisCommand
    let due: ContinuousClock.Instant
    private let state = Mutex(State())

    init(_ command: RedisCommand, timeout: Duration) {
        self.command = command
        due = .now + timeout
    }

    /// Waits for the answer, which `send` sets in motion. A task that is cancelled already sends nothing.
    func answer(send: (PendingCommand) -> Void) async throws -> RedisValue {
        try await withTaskCancellationHandler {
            try await unsafe withUnsafeThrowingContinuation { continuation in
                let isWaiting = state.withLock { state in
                    guard !state.isSettled else { return false }
                    state.waiter = unsafe Waiter(continuation: continuation)
                    return true
                }
                if isWaiting { send(self) } else { unsafe continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            settle(.failure(CancellationError()))
        }
    }

    /// True when nobody waits any longer.
    var isSettled: Bool { state.withLock { $0.isSettled } }

    /// Tells the caller, unless it was told something else already.
    @discardableResult
    func settle(_ result: Result<RedisValue, any Error>) -> Bool {
        let (isFirst, waiter) = state.withLock { state in
            defer { state.isSettled = true }
            return (!state.isSettled, state.waiter.take())
        }
        waiter?.resume(with: result)
        return isFirst
    }
}
