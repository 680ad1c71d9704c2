internal import CPostgres
import Dispatch
import Glibc
import Reactor

/// One connection to the server, living on the reactor: the owner of the wire, the watcher of its socket.
actor Connection: ReactorHandler {
    nonisolated let loop: ReactorLoop
    nonisolated let configuration: DatabaseConfiguration
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let wire: Wire
    private let socket: Int32
    private var isWriting = false
    private(set) var isLost = false
    private var onLost: (@Sendable (DatabaseError) -> Void)?
    private var onSkipped: (@Sendable ([Exchange]) -> Void)?
    private var onProgress: (@Sendable () -> Void)?

    /// Opens a connection; gives up after the connect timeout.
    static func open(
        _ configuration: DatabaseConfiguration, role: String, readOnly: Bool, on loop: ReactorLoop
    ) async throws -> Connection {
        let attempt = ConnectAttempt(configuration, role: role, readOnly: readOnly, on: loop)
        return try await attempt.run()
    }

    init(adopting handle: ConnectionHandle, _ configuration: DatabaseConfiguration, on loop: ReactorLoop) {
        self.loop = loop
        self.configuration = configuration
        wire = unsafe Wire(handle.pointer)
        socket = wire.socket
    }

    /// Starts to listen to the socket. `onSkipped` receives reads that a failing neighbour took down with it;
    /// `onProgress` hears that answers came and there may be room for more.
    func start(
        onLost: @escaping @Sendable (DatabaseError) -> Void,
        onSkipped: (@Sendable ([Exchange]) -> Void)? = nil,
        onProgress: (@Sendable () -> Void)? = nil
    ) throws {
        self.onLost = onLost
        self.onSkipped = onSkipped
        self.onProgress = onProgress
        try loop.watch(socket, for: .readable, self)
    }

    /// How many results are still owed.
    var load: Int { wire.owedResults }

    /// Sends one group: its exchanges share a Sync, so one that fails takes the later ones with it.
    func send(_ exchanges: some Sequence<Exchange>, retryable: Bool = false) {
        for exchange in exchanges {
            if isLost {
                exchange.abandon(DatabaseError(.connectionLost, "the connection is closed"))
            } else if let error = wire.submit(exchange, retryable: retryable) {
                exchange.abandon(error)
                lose(error)
            }
        }
        guard !isLost else { return }
        if let error = wire.sync() { lose(error) }
        adjustInterest()
    }

    /// Sends statements as one group and waits for all results. Cancelling stops the wait at once and, past the grace
    /// time, the statement.
    func run(_ statements: [Statement], name: StaticString) async throws -> [Rows] {
        for statement in statements { try statement.check() }
        let handle = ExchangeHandle()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let exchange = Exchange(statements, name: name, continuation)
                send(CollectionOfOne(exchange))
                handle.fill(exchange)
            }
        } onCancel: {
            handle.cancel()
            loop.schedule(after: configuration.cancelGrace) {
                self.assumeIsolated { if handle.isUnanswered { $0.stopStatement() } }
            }
        }
    }

    /// Asks the server to stop what this connection is doing. `PQcancel` blocks, so another thread does it.
    func stopStatement() {
        guard !isLost, let cancel = unsafe wire.makeCancel() else { return }
        let box = unsafe CancelBox(handle: cancel)
        DispatchQueue.global().async { box.send() }
    }

    /// Closes the connection; whoever waits on it is told.
    func close() {
        lose(DatabaseError(.connectionLost, "the connection was closed"))
    }

    // MARK: Reactor

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
        assumeIsolated { $0.handle(readiness) }
    }

    nonisolated func turn() {}

    private func handle(_ readiness: Readiness) {
        guard !isLost else { return }
        switch wire.receive() {
        case .waiting: break
        case .skipped(let exchanges): onSkipped?(exchanges)
        case .broken(let error): return lose(error)
        }
        if wire.wantsToWrite, let error = wire.flush() { return lose(error) }
        adjustInterest()
        onProgress?()
    }

    private func adjustInterest() {
        guard !isLost, wire.wantsToWrite != isWriting else { return }
        isWriting = wire.wantsToWrite
        try? loop.rewatch(socket, for: isWriting ? [.readable, .writable] : .readable)
    }

    private func lose(_ error: DatabaseError) {
        guard !isLost else { return }
        isLost = true
        loop.unwatch(socket)
        wire.failAll(error)
        onLost?(error)
        onLost = nil
        onSkipped = nil
        onProgress = nil
    }
}

/// Carries a cancel handle to the thread that uses it up.
@safe private struct CancelBox: @unchecked Sendable {
    // libpq: "PQcancel can safely be invoked from a signal handler", and from any thread; the handle is used once.
    let handle: OpaquePointer

    func send() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            _ = unsafe PQcancel(handle, message.baseAddress, Int32(message.count))
        }
        unsafe PQfreeCancel(handle)
    }
}
