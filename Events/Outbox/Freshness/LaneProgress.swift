import Synchronization

/// Tells those who wait for a projection that one of its lanes has moved in this process.
///
/// It is a hint to look again and no more: other nodes move lanes, too.
final class LaneProgress: Sendable {
    private struct State {
        var lastTicket = 0
        var waiting: [Int: (listeners: Set<String>, wake: Wake)] = [:]
    }

    private let state = Mutex(State())

    /// Wakes `wake` at each move of a lane of these listeners, until the ticket is given back.
    func add(_ wake: Wake, for listeners: Set<String>) -> Int {
        state.withLock { state in
            state.lastTicket += 1
            state.waiting[state.lastTicket] = (listeners, wake)
            return state.lastTicket
        }
    }

    func remove(_ ticket: Int) {
        state.withLock { _ = $0.waiting.removeValue(forKey: ticket) }
    }

    func moved(_ listener: String) {
        let due = state.withLock { state in
            state.waiting.isEmpty ? [] : state.waiting.values.filter { $0.listeners.contains(listener) }.map(\.wake)
        }
        for wake in due { wake.signal() }
    }
}
