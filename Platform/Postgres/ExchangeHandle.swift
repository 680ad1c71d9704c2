import Synchronization

/// Lets a cancellation, which may come before the exchange is made, reach it.
final class ExchangeHandle: Sendable {
    private enum State {
        case empty, cancelled
        case filled(Exchange)
    }

    private let state = Mutex(State.empty)

    func fill(_ exchange: Exchange) {
        let isCancelled = state.withLock { state in
            if case .cancelled = state { return true }
            state = .filled(exchange)
            return false
        }
        if isCancelled { exchange.cancel() }
    }

    func cancel() {
        let exchange: Exchange? = state.withLock { state in
            if case .filled(let exchange) = state { return exchange }
            state = .cancelled
            return nil
        }
        exchange?.cancel()
    }

    var isUnanswered: Bool {
        state.withLock { if case .filled(let exchange) = $0 { exchange.isUnanswered } else { false } }
    }
}

extension Statement {
    /// Throws when a parameter cannot be sent; nothing has gone to the server then.
    func check() throws {
        guard let fault = parameters.fault else { return }
        var error = DatabaseError(.encoding, fault)
        error.statement = sql
        throw error
    }
}
