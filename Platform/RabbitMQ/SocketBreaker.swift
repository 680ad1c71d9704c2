import Glibc
import Synchronization

/// Breaks a connection from another thread: whoever blocks on its socket comes back with an error.
///
/// Nothing else of a connection may be touched by a second thread.
final class SocketBreaker: Sendable {
    private struct State {
        /// A descriptor of our own: librabbitmq closes its one when it gives up, and the number may be anybody's then.
        var socket: Int32?
        var isAbandoned = false

        func breakSocket() {
            if let socket { _ = shutdown(socket, Int32(SHUT_RDWR)) }
        }
    }

    private let state = Mutex(State())

    /// A connection has a socket now.
    func attach(_ socket: Int32) throws(RabbitMQError) {
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { throw RabbitMQError(.unreachable, unsafe String(cString: strerror(errno))) }
        detach()
        state.withLock { state in
            state.socket = own
            if state.isAbandoned { state.breakSocket() }
        }
    }

    /// The connection is about to go.
    func detach() {
        state.withLock { state in
            if let socket = state.socket.take() { _ = Glibc.close(socket) }
        }
    }

    /// Breaks the connection of the moment.
    func trip() { state.withLock { $0.breakSocket() } }

    /// Breaks the connection, and every later one.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            state.breakSocket()
        }
    }

    /// Runs a body, and breaks the connection if it takes too long.
    func limit<Result, Failure: Error>(
        _ limit: Duration,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let watchdog = Task.detached { [self] in
            try await Task.sleep(for: limit)
            trip()
        }
        defer { watchdog.cancel() }
        return try body()
    }
}
