import Synchronization

/// One load of one value, and everybody who waits for it.
///
/// It belongs to nobody who waits: one who is cancelled leaves the others their load, and only when all have gone is
/// the load itself cancelled.
final class Flight: Sendable {
    typealias Outcome = Result<(any Sendable)?, any Error>

    /// All who waited had gone, so the load was cancelled. Whoever comes now begins another.
    struct Abandoned: Error {}

    private struct State {
        var outcome: Outcome?
        var isAbandoned = false
        var waiters: [Int: CheckedContinuation<(any Sendable)?, any Error>] = [:]
        var lastWaiter = 0
        var task: Task<Void, Never>?
    }

    private let state = Mutex(State())

    /// Begins the load; whoever leads calls it once.
    func begin(_ load: @escaping @Sendable () async -> Void) {
        // Free-standing: it outlives the caller that began it for as long as another one waits.
        let task = Task { await load() }
        let isAbandoned = state.withLock { state in
            if state.outcome == nil { state.task = task }
            return state.isAbandoned
        }
        if isAbandoned { task.cancel() }
    }

    /// Tells everybody, now and later.
    func end(_ outcome: Outcome) {
        let waiters = state.withLock { state in
            state.outcome = outcome
            state.task = nil
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume(with: outcome) }
    }

    /// Waits for the outcome, or until the caller is cancelled.
    func wait() async throws -> (any Sendable)? {
        let number = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome = state.withLock { state -> Outcome? in
                    if state.isAbandoned { return .failure(Abandoned()) }
                    if let outcome = state.outcome { return outcome }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiters[number] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            leave(number)
        }
    }

    private func leave(_ number: Int) {
        let (waiter, abandoned) = state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: number)
            guard waiter != nil, state.waiters.isEmpty else { return (waiter, nil as Task<Void, Never>?) }
            state.isAbandoned = true
            return (waiter, state.task.take())
        }
        waiter?.resume(throwing: CancellationError())
        abandoned?.cancel()
    }
}
