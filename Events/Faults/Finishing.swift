import Synchronization

/// A task of which one can see whether it is finished.
final class Finishing: Sendable {
    private struct State {
        var isFinished = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    init(_ work: @escaping @Sendable () async -> Void) {
        Task {
            await work()
            state.withLock { $0.isFinished = true }
            nudge()
        }
    }

    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// Has those who wait look again.
    func nudge() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until it is finished or `isEnough` is true after a nudge.
    func wait(or isEnough: () -> Bool = { false }) async {
        while !isFinished, !isEnough() {
            await withCheckedContinuation { waiter in
                let isLate = state.withLock { state in
                    guard !state.isFinished, !isEnough() else { return true }
                    state.waiters.append(waiter)
                    return false
                }
                if isLate { waiter.resume() }
            }
        }
    }

    /// Waits until it is finished or a look says that it stands still; false then. For what can only be seen in the
    /// database.
    func wait(looking isStandingStill: () async throws -> Bool) async throws -> Bool {
        while !isFinished {
            if try await isStandingStill() { return isFinished }
            try await Task.sleep(for: .milliseconds(1))
        }
        return true
    }
}
