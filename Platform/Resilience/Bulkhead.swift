import Synchronization

/// Bounds how many calls are under way at once, so that one slow place cannot take up the whole process. Some may wait, in
/// order; the next is refused.
///
/// One bulkhead stands for one place that is called; share it. A ``Deadline`` around it bounds the wait.
public final class Bulkhead: CallPolicy {
    /// The calls at one moment, and those that were refused so far.
    public struct Numbers: Sendable, Hashable {
        /// Calls under way.
        public var running = 0
        /// Calls that wait.
        public var waiting = 0
        /// Calls that were refused.
        public var refused = 0
    }

    private struct Content {
        var state: BulkheadState
        var lastTicket = 0
        var refused = 0
        var waiters: [Int: CheckedContinuation<Void, any Error>] = [:]
    }

    /// What is called, for logs and metrics.
    public let name: String
    private let content: Mutex<Content>

    /// A bulkhead for so many calls at once, behind which so many wait.
    public init(_ name: String, limit: Int, waiting: Int = 100) {
        precondition(limit >= 1 && waiting >= 0, "one call has to have room")
        self.name = name
        content = Mutex(Content(state: BulkheadState(limit: limit, waitingLimit: waiting)))
    }

    /// The calls at this moment.
    public var numbers: Numbers {
        content.withLock {
            Numbers(running: $0.state.running, waiting: $0.state.waitingCount, refused: $0.refused)
        }
    }

    /// Makes the call when there is room; throws ``BulkheadFull`` when too many wait already.
    public func call<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let ticket = content.withLock { content in
            content.lastTicket += 1
            return content.lastTicket
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer = content.withLock { content -> Result<Void, any Error>? in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    switch content.state.enter(ticket) {
                    case .go: return .success(())
                    case .refuse:
                        content.refused += 1
                        return .failure(BulkheadFull(name: name))
                    case .wait:
                        content.waiters[ticket] = continuation
                        return nil
                    }
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            let waiter = content.withLock { content in
                content.state.abandon(ticket) ? content.waiters.removeValue(forKey: ticket) : nil
            }
            waiter?.resume(throwing: CancellationError())
        }
    }

    private func leave() {
        let next = content.withLock { content in
            content.state.leave().flatMap { content.waiters.removeValue(forKey: $0) }
        }
        next?.resume()
    }
}

/// The call was not made, because too many are under way.
public struct BulkheadFull: TransientFailure, CustomStringConvertible {
    /// What would have been called.
    public let name: String
    /// There may be room a moment later.
    public var isTransient: Bool { true }
    /// What happened.
    public var description: String { "too many calls of \(name) are under way" }
}
