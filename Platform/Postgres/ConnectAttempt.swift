internal import CPostgres
import Dispatch
import Glibc
import Reactor

/// Opens one connection without blocking the reactor: resolving the host on another thread, the rest by readiness.
actor ConnectAttempt: ReactorHandler {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let configuration: DatabaseConfiguration
    private let keywords: [(String, String)]
    private var connection: ConnectionHandle?
    private var watched: Int32?
    private var waiter: CheckedContinuation<Void, any Error>?
    private var isTimedOut = false

    init(_ configuration: DatabaseConfiguration, role: String, readOnly: Bool, on loop: ReactorLoop) {
        self.loop = loop
        self.configuration = configuration
        keywords = configuration.keywords(role: role, readOnly: readOnly)
    }

    func run() async throws -> Connection {
        let timer = loop.schedule(after: configuration.connectTimeout) { self.assumeIsolated { $0.timeOut() } }
        defer { loop.cancel(timer) }
        do {
            guard let handle = await Self.start(keywords) else {
                throw DatabaseError(.connectFailed, "libpq is out of memory")
            }
            connection = handle
            try await unsafe poll(handle.pointer)
            connection = nil
            return Connection(adopting: handle, configuration, on: loop)
        } catch {
            unwatch()
            if let connection { unsafe PQfinish(connection.pointer) }
            throw error
        }
    }

    private func poll(_ connection: OpaquePointer) async throws {
        guard unsafe PQstatus(connection) != CONNECTION_BAD else { throw unsafe refused(connection) }
        var interest = Readiness.writable
        while true {
            try await wait(for: unsafe PQsocket(connection), interest)
            switch unsafe PQconnectPoll(connection) {
            case PGRES_POLLING_READING: interest = .readable
            case PGRES_POLLING_WRITING: interest = .writable
            case PGRES_POLLING_OK:
                unwatch()
                let isReady = unsafe PQsetnonblocking(connection, 1) == 0 && PQenterPipelineMode(connection) == 1
                guard isReady else { throw unsafe refused(connection) }
                return
            default: throw unsafe refused(connection)
            }
        }
    }

    private func refused(_ connection: OpaquePointer) -> DatabaseError {
        unsafe DatabaseError(.connectFailed, "cannot connect", connection: connection)
    }

    /// The socket can change from one poll to the next, so it is watched anew each time. It is watched only once the
    /// waiter is in place: the loop may turn between any two awaits.
    private func wait(for socket: Int32, _ interest: Readiness) async throws {
        unwatch()
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            guard !isTimedOut else { return continuation.resume(throwing: tooLate) }
            do {
                try loop.watch(socket, for: interest, self)
                watched = socket
                waiter = continuation
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func unwatch() {
        if let descriptor = watched.take() { loop.unwatch(descriptor) }
    }

    private func timeOut() {
        isTimedOut = true
        waiter.take()?.resume(throwing: tooLate)
    }

    private var tooLate: DatabaseError {
        DatabaseError(.connectFailed, "no connection within \(configuration.connectTimeout)")
    }

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
        assumeIsolated { attempt in
            attempt.unwatch()
            attempt.waiter.take()?.resume()
        }
    }

    nonisolated func turn() {}

    /// `PQconnectStartParams` resolves host names and may block while it does.
    private static func start(_ keywords: [(String, String)]) async -> ConnectionHandle? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let names = unsafe keywords.map { unsafe strdup($0.0) } + [nil]
                let values = unsafe keywords.map { unsafe strdup($0.1) } + [nil]
                defer { unsafe (names + values).forEach { unsafe free($0) } }
                let connection = unsafe PQconnectStartParams(
                    names.map { unsafe UnsafePointer($0) },
                    values.map { unsafe UnsafePointer($0) },
                    1
                )
                continuation.resume(returning: unsafe connection.map { unsafe ConnectionHandle(pointer: $0) })
            }
        }
    }
}

/// Carries a fresh `PGconn` from the thread that made it to the actor that will own it.
///
/// Sendable without the compiler's proof: it is handed over once, and whoever hands it over forgets it.
@safe struct ConnectionHandle: @unchecked Sendable {
    let pointer: OpaquePointer
}
