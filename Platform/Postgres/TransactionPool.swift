import DequeModule
import Reactor

/// Keeps exclusive connections for transactions: opened on demand up to a maximum, closed when idle too long.
actor TransactionPool {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let configuration: DatabaseConfiguration
    private let report: @Sendable (DatabaseError) -> Void
    private var state: PoolState<Connection>
    private var waiters: [Int: CheckedContinuation<Connection, any Error>] = [:]
    private var timers: [Int: TimerToken] = [:]
    private var backoff = Backoff()
    private var lastFailure: DatabaseError?

    init(_ configuration: DatabaseConfiguration, on loop: ReactorLoop, report: @escaping @Sendable (DatabaseError) -> Void) {
        self.configuration = configuration
        self.loop = loop
        self.report = report
        state = PoolState(maximum: configuration.poolMaximum, waitingMaximum: configuration.waitingMaximum)
    }

    /// Connections in use, idle and being opened, and callers that wait for one.
    var numbers: PoolNumbers { state.numbers }

    /// Hands out a connection, waiting up to the acquire timeout.
    func acquire() async throws -> Connection {
        switch state.acquire() {
        case .take(let connection): return connection
        case .refuse: throw DatabaseError(.poolExhausted, "too many transactions are waiting for a connection")
        case .wait(let ticket, let open):
            if open { openOne() }
            return try await wait(ticket)
        }
    }

    /// Takes a connection back. One that broke is forgotten.
    func release(_ connection: Connection) async {
        let isLost = await connection.isLost
        perform(isLost ? state.discard() : state.release(connection, now: .now))
    }

    /// Opens the connections that are kept even when idle, and begins to close those idle too long.
    func start() {
        for _ in 0..<configuration.poolMinimum where state.open() { openOne() }
        sweep()
    }

    /// Refuses new transactions and closes connections as they come back.
    func close() {
        for connection in state.close() { connection.assumeIsolated { $0.close() } }
        for ticket in waiters.keys { fail(ticket, DatabaseError(.poolExhausted, "the database is closed")) }
    }

    // MARK: Waiting

    private func wait(_ ticket: Int) async throws -> Connection {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiters[ticket] = continuation
                timers[ticket] = loop.schedule(after: configuration.acquireTimeout) {
                    self.assumeIsolated { $0.timeOut(ticket) }
                }
                if Task.isCancelled { fail(ticket, CancellationError()) }
            }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.fail(ticket, CancellationError()) } }
        }
    }

    private func timeOut(_ ticket: Int) {
        let reason = lastFailure.map { "; the last attempt to connect failed: \($0.message)" } ?? ""
        let code: DatabaseError.Code = lastFailure == nil ? .poolExhausted : .connectFailed
        fail(ticket, DatabaseError(code, "no connection came free within \(configuration.acquireTimeout)\(reason)"))
    }

    private func fail(_ ticket: Int, _ error: any Error) {
        state.abandon(ticket)
        resume(ticket, with: .failure(error))
    }

    private func resume(_ ticket: Int, with result: Result<Connection, any Error>) {
        if let timer = timers.removeValue(forKey: ticket) { loop.cancel(timer) }
        waiters.removeValue(forKey: ticket)?.resume(with: result)
    }

    private func perform(_ action: PoolState<Connection>.Action) {
        switch action {
        case .none: break
        case .give(let connection, let ticket): resume(ticket, with: .success(connection))
        case .open: openOne()
        case .close(let connection): connection.assumeIsolated { $0.close() }
        }
    }

    // MARK: Opening and closing

    private func openOne() {
        // Free-standing: opening outlives the transaction that asked for it and answers to nobody but this pool.
        Task { await open() }
    }

    private func open() async {
        do {
            let connection = try await Connection.open(configuration, role: "write", readOnly: false, on: loop)
            try await connection.start(onLost: { [weak self, weak connection] _ in
                guard let connection else { return }
                self?.assumeIsolated { $0.lost(connection) }
            })
            backoff.reset()
            lastFailure = nil
            perform(state.opened(connection, now: .now))
        } catch {
            let error = error as? DatabaseError ?? DatabaseError(.connectFailed, "\(error)")
            lastFailure = error
            report(error)
            loop.schedule(after: backoff.next()) { [weak self] in
                self?.assumeIsolated { $0.perform($0.state.openFailed()) }
            }
        }
    }

    /// An idle connection broke; one in use is noticed when it is released.
    private func lost(_ connection: Connection) {
        perform(state.lost(connection))
    }

    private func sweep() {
        let keep = configuration.poolMinimum
        for connection in state.expire(before: .now - configuration.idleTimeout, keeping: keep) {
            connection.assumeIsolated { $0.close() }
        }
        loop.schedule(after: max(.milliseconds(100), configuration.idleTimeout / 2)) { [weak self] in
            self?.assumeIsolated { $0.sweep() }
        }
    }
}
