import Synchronization

/// Statements that one caller sent together and waits for together. It answers once, whatever comes first: the last
/// result, the first failure after all are answered, or the caller's cancellation.
final class Exchange: Sendable {
    typealias Continuation = CheckedContinuation<[Rows], any Error>

    let statements: [Statement]
    let name: StaticString
    let started = ContinuousClock.now
    private let state: Mutex<State>
    private typealias Answer = (Continuation, Result<[Rows], any Error>)

    private struct State {
        var continuation: Continuation?
        var rows: [Rows] = []
        var failure: DatabaseError?
        var unanswered: Int

        mutating func answerOne() -> Answer? {
            unanswered -= 1
            guard unanswered == 0, let continuation = continuation.take() else { return nil }
            if let failure { return (continuation, .failure(failure)) }
            return (continuation, .success(rows))
        }
    }

    init(_ statements: [Statement], name: StaticString, _ continuation: Continuation) {
        self.statements = statements
        self.name = name
        state = Mutex(State(continuation: continuation, unanswered: statements.count))
    }

    /// True until the last statement is answered, also when the caller has gone already.
    var isUnanswered: Bool { state.withLock { $0.unanswered > 0 } }

    var hasFailed: Bool { state.withLock { $0.failure != nil } }

    func succeed(_ rows: Rows) {
        let finished: Answer? = state.withLock { state in
            state.rows.append(rows)
            return state.answerOne()
        }
        if let (continuation, result) = finished { continuation.resume(with: result) }
    }

    /// One statement failed, or was skipped because an earlier one did (`error` is nil then).
    func fail(_ error: DatabaseError?) {
        let finished: Answer? = state.withLock { state in
            if state.failure == nil { state.failure = error }
            return state.answerOne()
        }
        if let (continuation, result) = finished { continuation.resume(with: result) }
    }

    /// Remembers why the statements to come will be skipped.
    func note(_ error: DatabaseError) {
        state.withLock { if $0.failure == nil { $0.failure = error } }
    }

    /// Nothing more will come: the connection is gone or the statements could not be sent.
    func abandon(_ error: any Error) {
        let continuation = state.withLock { state in
            state.unanswered = 0
            return state.continuation.take()
        }
        continuation?.resume(throwing: error)
    }

    /// The caller does not wait any longer. What the server still does is discarded when it comes.
    func cancel() {
        state.withLock { $0.continuation.take() }?.resume(throwing: CancellationError())
    }
}

extension Optional {
    /// The value, leaving nil behind.
    mutating func take() -> Wrapped? {
        defer { self = nil }
        return self
    }
}
