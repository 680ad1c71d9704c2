import EventDelivery
import Postgres
import Reactor
import Synchronization

/// Runs one transaction that hands events over, and sees to it that no handler hangs in it.
///
/// A handler that stays at one event, or at one batch, past the deadline is cancelled. One that ignores even that is left
/// behind: its connection is closed, which rolls back and frees the lane, and its task stays suspended until whatever it
/// waits for ends. What no watch can help is a handler that blocks the thread instead of suspending.
final class HandlerWatch<Outcome: Sendable>: Sendable {
    private struct State {
        var continuation: CheckedContinuation<Outcome, any Error>?
        var task: Task<Void, Never>?
        var timer: TimerToken?
        var breaker: TransactionBreaker?
        var isCancelled = false
        /// Where the handlers were when last looked, and how often in a row.
        var seen = (place: HandlerMark.Place.nothing, times: 0)
        var hanging: HandlerMark.Place?
    }

    let mark = HandlerMark()
    private let state = Mutex(State())
    private let loop: ReactorLoop
    private let deadline: Duration

    /// How many looks make a deadline; a handler is cancelled between one deadline and a quarter more.
    private static var looks: Int { 4 }
    /// How long a cancelled handler has to come back.
    private static var grace: Duration { .seconds(1) }

    init(deadline: Duration, on loop: ReactorLoop) {
        self.deadline = deadline
        self.loop = loop
    }

    /// What the transaction came to; throws `HandlerHung` when a handler was at something for too long.
    func run(_ body: @escaping @Sendable () async throws -> Outcome) async throws -> Outcome {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                state.withLock { $0.continuation = continuation }
                // A task of its own, because whoever waits for it must be able to go on without it.
                let task = Task(executorPreference: loop) {
                    self.lookLater()
                    do { self.finish(.success(try await body())) } catch { self.finish(.failure(error)) }
                }
                let isCancelled = state.withLock { state in
                    state.task = task
                    return state.isCancelled
                }
                if isCancelled { task.cancel() }
            }
        } onCancel: {
            state.withLock { state in
                state.isCancelled = true
                return state.task
            }?.cancel()
        }
    }

    /// Tells the watch which transaction to break off, if it comes to that.
    func watch(_ tx: borrowing Transaction) {
        let breaker = tx.breaker
        state.withLock { $0.breaker = breaker }
        _ = tx.scope.value { mark }
    }

    private func finish(_ result: Result<Outcome, any Error>) {
        let (continuation, timer, hanging) = state.withLock { state in
            defer { (state.continuation, state.timer, state.task) = (nil, nil, nil) }
            return (state.continuation, state.timer, state.hanging)
        }
        if let timer { loop.cancel(timer) }
        if case .failure = result, let hanging {
            continuation?.resume(throwing: HandlerHung(place: hanging, deadline: deadline, isLeftBehind: false))
        } else {
            continuation?.resume(with: result)
        }
    }

    // MARK: Looking, on the loop

    private func lookLater() { schedule(after: deadline / Self.looks) { self.look() } }

    private func look() {
        let place = mark.place
        let task = state.withLock { state -> Task<Void, Never>? in
            state.seen = place == state.seen.place ? (place, state.seen.times + 1) : (place, 0)
            guard place != .nothing, state.seen.times >= Self.looks else { return nil }
            state.hanging = place
            return state.task
        }
        guard let task else { return lookLater() }
        task.cancel()
        schedule(after: Self.grace) { self.leaveBehind() }
    }

    /// The body runs on this very loop: while the mark stands, it has not returned.
    private func leaveBehind() {
        guard mark.place != .nothing else { return }
        let (continuation, breaker, hanging) = state.withLock { state in
            defer { state.continuation = nil }
            return (state.continuation, state.breaker, state.hanging)
        }
        guard let continuation, let hanging else { return }
        breaker?.breakOff()
        continuation.resume(throwing: HandlerHung(place: hanging, deadline: deadline, isLeftBehind: true))
    }

    private func schedule(after delay: Duration, _ action: @escaping @Sendable () -> Void) {
        let timer = loop.schedule(after: delay, action)
        let isOver = state.withLock { state in
            state.timer = timer
            return state.continuation == nil
        }
        if isOver { loop.cancel(timer) }
    }
}

/// A handler was at an event for longer than its listener allows.
struct HandlerHung: Error, CustomStringConvertible {
    let place: HandlerMark.Place
    let deadline: Duration
    /// True when it ignored being cancelled.
    let isLeftBehind: Bool

    var description: String {
        "the handler was not done within its deadline of \(deadline)"
            + (isLeftBehind ? " and ignored being cancelled; its task is left behind in this process" : "")
    }
}
