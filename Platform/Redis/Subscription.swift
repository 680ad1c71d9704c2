import Reactor
import Synchronization

/// One connection's life as a subscriber: asks for the channels, hands over what comes, and notices when nothing does.
final class Subscription: Sendable {
    private let channels: [String]
    private let connection: RedisConnection
    private let hear: @Sendable (RedisEvent) -> Void
    private let state = Mutex(State())

    private struct State {
        var confirmed = 0
        /// Something came since the last heartbeat.
        var isAlive = true
    }

    init(to channels: [String], on connection: RedisConnection, hear: @escaping @Sendable (RedisEvent) -> Void) {
        self.channels = channels
        self.connection = connection
        self.hear = hear
    }

    /// True when the server has confirmed every channel.
    var wasConfirmed: Bool { state.withLock { $0.confirmed >= channels.count } }

    /// Runs until the connection is lost, and says why it was.
    func run(heartbeat: Duration) async -> RedisError {
        await withCheckedContinuation { continuation in
            connection.loop.schedule(after: .zero) { [self] in
                connection.assumeIsolated { connection in
                    connection.start(
                        onAnswers: { answers in for answer in answers { self.take(answer) } },
                        onLost: { continuation.resume(returning: $0) }
                    )
                    connection.send([RedisCommand(own: ["SUBSCRIBE"] + self.channels.map(RedisArgument.text))])
                }
                beat(every: heartbeat)
            }
        }
    }

    private func take(_ answer: RedisValue) {
        state.withLock { $0.isAlive = true }
        if case .error(let error) = answer { return connection.assumeIsolated { $0.lose(error) } }
        guard case .array(let parts) = answer, parts.count == 3, case .bytes(let kind) = parts[0] else { return }
        switch String(decoding: kind, as: UTF8.self) {
        case "subscribe":
            let isComplete = state.withLock { state in
                state.confirmed += 1
                return state.confirmed == channels.count
            }
            if isComplete { hear(.subscribed) }
        case "message":
            guard case .bytes(let channel) = parts[1], case .bytes(let payload) = parts[2] else { return }
            hear(.message(channel: String(decoding: channel, as: UTF8.self), payload: payload))
        default: break
        }
    }

    /// A subscriber hears nothing when nothing happens, nor when the server is gone. An answer to PING tells them apart.
    private func beat(every interval: Duration) {
        connection.loop.schedule(after: interval) { [self] in
            let wasAlive = state.withLock { state in
                defer { state.isAlive = false }
                return state.isAlive
            }
            let isLost = connection.assumeIsolated { connection in
                let silence = RedisError(.connectionLost, "the server has been silent for \(interval)")
                if wasAlive { connection.send([RedisCommand(own: ["PING"])]) } else { connection.lose(silence) }
                return connection.lostBecause != nil
            }
            if !isLost { beat(every: interval) }
        }
    }
}

extension RedisConnection {
    /// Closes the connection from any thread.
    nonisolated func loseLater(_ error: RedisError) {
        loop.schedule(after: .zero) { self.assumeIsolated { $0.lose(error) } }
    }
}
