/// Decides when to connect and what becomes of commands meanwhile: the circuit breaker of one link to the server.
///
/// While a connection is being opened, commands wait. Once an attempt has failed they are refused at once, until a later
/// attempt, made whether or not anybody asks, gets through to a server that answers.
struct LinkState {
    /// What the link is doing.
    enum Phase: Equatable {
        /// Nobody has asked for anything yet.
        case idle
        /// An attempt is under way or about to be made; commands wait for it.
        case opening
        case open
        /// The server is down; commands are refused until an attempt succeeds.
        case broken
        case closed
    }

    /// What becomes of a command.
    enum Admission: Equatable {
        case wait
        case openAndWait
        case send
        case refuse(RedisError)
    }

    private(set) var phase = Phase.idle
    private var failures = 0
    private var lastFailure: RedisError?

    /// Losses in a row, of connections that had answered nothing, after which the link counts as broken.
    private static let lossMaximum = 3

    /// A command has come.
    mutating func admit() -> Admission {
        switch phase {
        case .idle:
            phase = .opening
            return .openAndWait
        case .opening: return .wait
        case .open: return .send
        case .broken: return .refuse(down)
        case .closed: return .refuse(Self.closed)
        }
    }

    /// A connection is open; false when it is no longer wanted.
    mutating func opened() -> Bool {
        guard phase != .closed else { return false }
        phase = .open
        lastFailure = nil
        return true
    }

    /// The attempt failed. Try again after the time returned, unless it is nil.
    mutating func failed(_ error: RedisError) -> Duration? {
        guard phase != .closed else { return nil }
        phase = .broken
        return note(error)
    }

    /// The connection broke. Open another after the time returned, unless it is nil.
    mutating func lost(_ error: RedisError, hadAnswered: Bool) -> Duration? {
        guard phase != .closed else { return nil }
        if hadAnswered { failures = 0 }
        let wait = note(error)
        phase = failures < Self.lossMaximum ? .opening : .broken
        return wait
    }

    /// The owner wants no more.
    mutating func close() { phase = .closed }

    /// Doubling from 50 ms to 2 s, with half of it at random, so that many nodes do not come back in step.
    private mutating func note(_ error: RedisError) -> Duration {
        lastFailure = error
        failures += 1
        let ceiling = min(2000, 50 << min(failures - 1, 6))
        return .milliseconds(Int.random(in: ceiling / 2...ceiling))
    }

    /// What a refused command is told.
    var down: RedisError { RedisError(.unavailable, "Redis is down: \(lastFailure?.description ?? "no reason known")") }
    static let closed = RedisError(.unavailable, "the Redis client is closed")
}
