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
    /// The number of its socket as long as the connection stands; libpq closes it without a word when it breaks.
    nonisolated let socket: Int32
    private var isWriting = false
    /// A request to stop is on its way. Nothing is sent meanwhile, so that it cannot hit the wrong statement.
    private(set) var isStopping = false
    private var settling: [CheckedContinuation<Void, Never>] = []
    private(set) var isLost = false
    private var onLost: (@Sendable (DatabaseError) -> Void)?
    private var onProgress: (@Sendable ([Exchange]) -> Void)?
    private var onNotification: (@Sendable (ListenEvent) -> Void)?

    /// Opens a connection; gives up after the connect timeout.
    static func open(
        _ configuration: DatabaseConfiguration,
        role: String,
        readOnly: Bool,
        on loop: ReactorLoop
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

    /// Starts to listen to the socket. `onProgress` hears that answers came and there may be room for more; it is given
    /// the reads that have to be sent again.
    func start(
        onLost: @escaping @Sendable (DatabaseError) -> Void,
        onProgress: (@Sendable ([Exchange]) -> Void)? = nil
    ) throws {
        self.onLost = onLost
        self.onProgress = onProgress
        try loop.watch(socket, for: .readable, self)
    }

    /// Many callers send single reads on a shared connection; on any other, one transaction has it to itself.
    private var isShared: Bool { onProgress != nil }

    /// How many results are still owed.
    var load: Int { wire.owedResults }

    /// True when the next transaction can have it: all answered, nothing left open.
    var isClean: Bool { !isLost && !isStopping && wire.isQuiet && wire.isOutsideTransaction }

    /// Sends one group: its exchanges share a Sync, so one that fails takes the later ones with it.
    func send(_ exchanges: some Sequence<Exchange>) {
        // libpq is not made for two threads, and the compiler has been wrong about where a closure runs.
        loop.checkIsolated()
        for exchange in exchanges {
            if isLost {
                exchange.abandon(DatabaseError(.connectionLost, "the connection is closed"))
            } else if let error = wire.submit(exchange) {
                exchange.abandon(error)
                lose(error)
            }
        }
        guard !isLost else { return }
        if let error = wire.sync() { return lose(error) }
        adjustInterest()
    }

    /// Sends statements as one group and waits for the result of the last. Cancelling stops the wait at once and, past
    /// the grace time, the statement.
    func run(_ statements: [Statement]) async throws -> Rows {
        await settle()
        return try await Exchange(.statements(statements)).answer {
            send(CollectionOfOne($0))
        } onCancel: { exchange in
            self.stopLater(exchange)
        }
    }

    /// Like `run`, for statements whose outcome must be known even when the task is cancelled.
    func runToTheEnd(_ statements: [Statement]) async throws -> Rows {
        await settle()
        return try await Exchange(.statements(statements)).answerUncancelled { send(CollectionOfOne($0)) }
    }

    /// Hands over notifications from now on, those that are there already first.
    func beginHearing(_ hear: @escaping @Sendable (ListenEvent) -> Void) {
        guard !isLost else { return }
        hear(.listening(pid: Int(wire.backendPID)))
        onNotification = hear
        handOverNotifications()
    }

    private func handOverNotifications() {
        guard let onNotification else { return }
        for notification in wire.takeNotifications() { onNotification(.notified(notification)) }
    }

    /// Closes the connection; whoever waits on it is told.
    func close() {
        lose(DatabaseError(.connectionLost, "the connection was closed"))
    }

    // MARK: Stopping

    /// Stops the exchange if it is still unanswered once the grace time is over.
    nonisolated func stopLater(_ exchange: Exchange) {
        loop.schedule(after: configuration.cancelGrace) { self.assumeIsolated { $0.stop(exchange) } }
    }

    /// Asks the server to stop the exchange, if that is what it is working on, and asks again until it is answered.
    /// `PQcancel` blocks, so another thread does it.
    func stop(_ exchange: Exchange) {
        guard !isLost, exchange.isUnanswered else { return }
        guard !isStopping, wire.running === exchange, let cancel = unsafe wire.makeCancel() else {
            return stopLater(exchange)
        }
        isStopping = true
        let request = unsafe CancelRequest(handle: cancel)
        DispatchQueue.global().async {
            request.send()
            self.loop.schedule(after: .zero) { self.assumeIsolated { $0.stopped(exchange) } }
        }
    }

    /// True while the server is working on this exchange.
    func isRunning(_ exchange: Exchange) -> Bool { wire.running === exchange }

    private func stopped(_ exchange: Exchange) {
        isStopping = false
        stopLater(exchange)
        progress()
    }

    /// Waits until a cancelled predecessor is answered and no request to stop is on its way.
    func settle() async {
        guard !isSettled else { return }
        await withCheckedContinuation { continuation in
            if isSettled { continuation.resume() } else { settling.append(continuation) }
        }
    }

    private var isSettled: Bool { isLost || !isStopping && wire.isQuiet }

    private func progress() {
        if !settling.isEmpty, isSettled {
            for waiter in settling { waiter.resume() }
            settling = []
        }
        onProgress?(wire.takeRetries())
    }

    // MARK: Reactor

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {
        assumeIsolated { $0.handle() }
    }

    nonisolated func turn() {}

    private func handle() {
        guard !isLost else { return }
        let failure = wire.receive()
        handOverNotifications()
        if let failure { return lose(failure) }
        if wire.wantsToWrite, let error = wire.flush() { return lose(error) }
        if isShared, wire.isQuiet, !wire.isOutsideTransaction {
            return lose(DatabaseError(.connectionLost, "closed because a read had opened a transaction"))
        }
        adjustInterest()
        progress()
    }

    private func adjustInterest() {
        guard !isLost, wire.wantsToWrite != isWriting else { return }
        isWriting = wire.wantsToWrite
        do {
            try loop.rewatch(socket, for: isWriting ? [.readable, .writable] : .readable)
        } catch {
            lose(DatabaseError(.connectionLost, "\(error)"))
        }
    }

    private func lose(_ error: DatabaseError) {
        guard !isLost else { return }
        isLost = true
        loop.unwatch(socket)
        // The handle goes with its last holder, who may be stuck in a transaction; the server is to free its locks now.
        wire.hangUp()
        wire.failAll(error)
        onLost?(error)
        onLost = nil
        progress()
        onProgress = nil
        onNotification = nil
    }
}

/// A request to stop what a connection is doing, carried to the thread that sends it.
///
/// Sendable without the compiler's proof: libpq lets any thread call `PQcancel`, and the handle is used once.
@safe private struct CancelRequest: @unchecked Sendable {
    let handle: OpaquePointer

    func send() {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
            _ = unsafe PQcancel(handle, message.baseAddress, Int32(message.count))
        }
        unsafe PQfreeCancel(handle)
    }
}
