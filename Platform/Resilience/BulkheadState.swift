import DequeModule

/// Decides who may go, wait or leave; does nothing itself.
struct BulkheadState: Sendable {
    enum Entry: Sendable, Hashable {
        case go, wait, refuse
    }

    private let limit: Int
    private let waitingLimit: Int
    private var waiting = Deque<Int>()
    private(set) var running = 0

    init(limit: Int, waitingLimit: Int) {
        self.limit = limit
        self.waitingLimit = waitingLimit
    }

    var waitingCount: Int { waiting.count }

    /// The ticket stands for the caller, in case it has to wait.
    mutating func enter(_ ticket: Int) -> Entry {
        if running < limit {
            running += 1
            return .go
        }
        guard waiting.count < waitingLimit else { return .refuse }
        waiting.append(ticket)
        return .wait
    }

    /// Somebody is done. Returns the ticket of who goes in their place.
    mutating func leave() -> Int? {
        if let next = waiting.popFirst() { return next }
        running -= 1
        return nil
    }

    /// Somebody waits no longer. False when it is their turn already.
    mutating func abandon(_ ticket: Int) -> Bool {
        guard let index = waiting.firstIndex(of: ticket) else { return false }
        waiting.remove(at: index)
        return true
    }
}
