import Synchronization

/// Opens once a number of tasks have arrived; who arrives later passes.
package final class Latch: Sendable {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// A latch that so many must reach.
    package init(_ count: Int) { state = Mutex(State(missing: count)) }

    /// True once all have arrived.
    package var isOpen: Bool { state.withLock { $0.missing <= 0 } }

    /// Counts the caller, without waiting.
    package func arrive() {
        let released = state.withLock { state in
            state.missing -= 1
            guard state.missing <= 0 else { return [] as [CheckedContinuation<Void, Never>] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in released { continuation.resume() }
    }

    /// Waits until it is open. Cancelling one who waits opens it for all: a test that is over keeps nobody.
    package func wait() async {
        await withTaskCancellationHandler {
            await waitRegardless()
        } onCancel: {
            open()
        }
    }

    /// Waits until it is open, as one who does not heed cancellation.
    package func waitRegardless() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if state.missing > 0 { state.waiting.append(continuation) }
                return state.missing <= 0
            }
            if isOpen { continuation.resume() }
        }
    }

    private func open() {
        let released = state.withLock { state in
            state.missing = 0
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in released { continuation.resume() }
    }

    /// Counts the caller and waits for the others.
    package func arriveAndWait() async {
        arrive()
        await wait()
    }
}
