import Synchronization

/// What is going to go wrong in one process' listener, once.
final class Strike: Sendable {
    private struct State {
        var armed: Disturbance?
        var poison: Mark?
        var isStalled = false
        var waiter: CheckedContinuation<Void, Never>?
        var watcher: Finishing?
    }

    private let state = Mutex(State())

    /// The next batch is struck.
    func arm(_ fault: Disturbance?) { state.withLock { $0.armed = fault } }

    /// The step is over; what it poisoned is healthy again.
    func disarm() {
        state.withLock { state in
            state.armed = nil
            state.poison = nil
        }
    }

    /// What goes wrong with this batch. One that fails does so until the step is over, however it is cut.
    func take(from marks: [Mark]) -> Disturbance? {
        state.withLock { state in
            guard let armed = state.armed else { return nil }
            state.armed = nil
            if armed.blow == .fail, armed.point != .cursorMoved { state.poison = marks[marks.count / 2] }
            return armed
        }
    }

    func isPoisoned(_ marks: [Mark]) -> Bool {
        state.withLock { state in state.poison.map(marks.contains) ?? false }
    }

    // MARK: Stalling

    /// True while the listener stands still.
    var isStalled: Bool { state.withLock { $0.isStalled } }

    /// The step that wants to know when the listener stands still.
    func watch(_ step: Finishing) { state.withLock { $0.watcher = step } }

    /// Stands still until released.
    func stall() async {
        await withCheckedContinuation { waiter in
            let watcher = state.withLock { state in
                state.isStalled = true
                state.waiter = waiter
                return state.watcher.take()
            }
            watcher?.nudge()
        }
    }

    /// Lets the listener go on.
    func release() {
        let waiter = state.withLock { state in
            state.isStalled = false
            return state.waiter.take()
        }
        waiter?.resume()
    }
}
