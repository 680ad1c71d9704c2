import Synchronization

/// Statements that one caller sent together and waits for together. It answers once, whatever comes first: the last
/// result, the first failure after all are answered, or the caller's cancellation.
final class Exchange: Sendable {
    /// What is sent. Reads may be sent again when a neighbour took them down; nothing else may.
    enum Content {
        case read(Statement)
        case statements([Statement])
    }

    /// Who waits. Not a checked continuation, because it is on the path of every read; the state hands it out once.
    @safe fileprivate struct Waiter {
        let continuation: UnsafeContinuation<Rows, any Error>

        func resume(with result: Result<Rows, any Error>) { unsafe continuation.resume(with: result) }
    }

    let content: Content
    private let state: Mutex<State>

    private struct State {
        var waiter: Waiter?
        var last: Rows?
        var failure: DatabaseError?
        var unanswered: Int
        var isCancelled = false
        var retries = 0

        /// Counts one answer; the result is for the caller once all are there.
        mutating func answerOne() -> Answer? {
            unanswered -= 1
            guard unanswered == 0, let waiter = waiter.take() else { return nil }
            if failure == nil, let last = last.take() { return Answer(waiter: waiter, result: .success(last)) }
            let error = failure ?? DatabaseError(.server, "the server skipped the statement")
            return Answer(waiter: waiter, result: .failure(error))
        }
    }

    /// An answer on its way to its caller. Answers that came together are delivered together, because each delivery may
    /// wake a thread and the first one does it for all.
    struct Answer {
        fileprivate let waiter: Waiter
        fileprivate let result: Result<Rows, any Error>

        func deliver() { waiter.resume(with: result) }
    }

    /// How often a read is sent again.
    private static let retryMaximum = 3

    init(_ content: Content) {
        self.content = content
        switch content {
        case .read: state = Mutex(State(unanswered: 1))
        case .statements(let statements): state = Mutex(State(unanswered: statements.count))
        }
    }

    /// Waits for the answer, which `send` sets in motion. Cancelling ends the wait at once and then calls
    /// `onCancel`; a task that is cancelled already sends nothing.
    func answer(
        isolation: isolated (any Actor)? = #isolation,
        send: (Exchange) -> Void,
        onCancel: @escaping @Sendable (Exchange) -> Void
    ) async throws -> Rows {
        try await withTaskCancellationHandler {
            // Only a closure that captures the isolation runs in it; elsewhere two threads would be in libpq at once.
            _ = isolation
            return try await unsafe withUnsafeThrowingContinuation { continuation in
                if wait(unsafe Waiter(continuation: continuation)) { send(self) }
            }
        } onCancel: {
            cancel()
            onCancel(self)
        }
    }

    /// Waits for the answer to the end, whatever happens to the task.
    func answerUncancelled(
        isolation: isolated (any Actor)? = #isolation,
        send: (Exchange) -> Void
    ) async throws -> Rows {
        try await unsafe withUnsafeThrowingContinuation { continuation in
            if wait(unsafe Waiter(continuation: continuation)) { send(self) }
        }
    }

    private func wait(_ waiter: Waiter) -> Bool {
        let isCancelled = state.withLock { state in
            if state.isCancelled { state.unanswered = 0 } else { state.waiter = waiter }
            return state.isCancelled
        }
        if isCancelled { waiter.resume(with: .failure(CancellationError())) }
        return !isCancelled
    }

    // MARK: State

    /// True until the last statement is answered, also when the caller has gone already.
    var isUnanswered: Bool { state.withLock { $0.unanswered > 0 } }

    /// True when nobody waits for the answer any longer.
    var isCancelled: Bool { state.withLock { $0.isCancelled } }

    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    private var isRead: Bool {
        if case .read = content { true } else { false }
    }

    /// Claims one more try, if this is a read that has one left and somebody still waits for it.
    func claimRetry() -> Bool {
        state.withLock { state in
            guard isRead, !state.isCancelled, state.retries < Self.retryMaximum else { return false }
            state.retries += 1
            state.failure = nil
            return true
        }
    }

    // MARK: Answers

    /// One statement succeeded. The answer is there once all are through.
    func succeed(_ rows: Rows) -> Answer? {
        state.withLock { state in
            state.last = rows
            return state.answerOne()
        }
    }

    /// One statement failed, or was skipped because an earlier one did (`error` is nil then).
    func fail(_ error: DatabaseError?) -> Answer? {
        state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.answerOne()
        }
    }

    /// Remembers why the statements to come will be skipped.
    func note(_ error: DatabaseError) {
        state.withLock { if $0.failure == nil { $0.failure = error } }
    }

    /// Nothing more will come: the connection is gone or the statements could not be sent. What the server said
    /// before, if anything, explains it best.
    func abandon(_ error: any Error) {
        let (waiter, failure) = state.withLock { state in
            state.unanswered = 0
            return (state.waiter.take(), state.failure)
        }
        waiter?.resume(with: .failure(failure ?? error))
    }

    private func cancel() {
        let waiter = state.withLock { state in
            state.isCancelled = true
            return state.waiter.take()
        }
        waiter?.resume(with: .failure(CancellationError()))
    }
}
