import Metrics
import Reactor

/// Keeps exclusive connections for transactions: opened on demand up to a maximum, closed when idle too long.
actor TransactionPool {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let configuration: DatabaseConfiguration
    private let report: @Sendable (DatabaseError) -> Void
    private let reportCrowd: @Sendable (PoolNumbers) -> Void
    private let metrics = PoolMetrics()
    private var crowdReported: ContinuousClock.Instant?
    private var state: PoolState<Connection>
    private var waiters: [Int: CheckedContinuation<Connection, any Error>] = [:]
    private var timers: [Int: TimerToken] = [:]
    /// Since when connections are in use.
    private var lent: [ObjectIdentifier: ContinuousClock.Instant] = [:]
    private var lastTicket = 0
    private var backoff = Backoff()
    private var lastFailure: DatabaseError?
    private var closing: [CheckedContinuation<Void, Never>] = []
    private var isClosed = false
    /// Connections that were taken away from transactions which have not returned them.
    private var forsaken: Set<ObjectIdentifier> = []

    init(
        _ configuration: DatabaseConfiguration,
        on loop: ReactorLoop,
        report: @escaping @Sendable (DatabaseError) -> Void,
        reportCrowd: @escaping @Sendable (PoolNumbers) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.report = report
        self.reportCrowd = reportCrowd
        state = PoolState(maximum: configuration.poolMaximum, waitingMaximum: configuration.waitingMaximum)
    }

    /// Connections in use, idle and being opened, and callers that wait for one.
    var numbers: PoolNumbers { state.numbers }

    /// Hands out a connection, waiting up to the acquire timeout.
    func acquire() async throws -> Connection {
        lastTicket += 1
        let ticket = lastTicket
        let start = ContinuousClock.now
        defer { metrics.waitTime.record(duration: start.duration(to: .now)) }
        let connection = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait($0, with: ticket) }
        } onCancel: {
            loop.schedule(after: .zero) { self.assumeIsolated { $0.fail(ticket, CancellationError()) } }
        }
        lent[ObjectIdentifier(connection)] = .now
        return connection
    }

    /// Takes a connection back. One that broke, or that somebody left in the middle of something, is closed.
    func release(_ connection: Connection) {
        guard forsaken.remove(ObjectIdentifier(connection)) == nil else { return }
        noteUse(of: connection)
        if connection.assumeIsolated({ $0.isClean }) {
            perform(state.release(connection, now: .now))
        } else {
            connection.assumeIsolated { $0.close() }
            perform(state.discard())
        }
        if isClosed { resumeClosing() }
    }

    /// Closes a connection that is in use. Its place is free from now on, whenever it is given back.
    func forsake(_ connection: Connection) {
        guard forsaken.insert(ObjectIdentifier(connection)).inserted else { return }
        noteUse(of: connection)
        connection.assumeIsolated { $0.close() }
        perform(state.discard())
        if isClosed { resumeClosing() }
    }

    private func noteUse(of connection: Connection) {
        guard let since = lent.removeValue(forKey: ObjectIdentifier(connection)) else { return }
        metrics.useTime.record(duration: since.duration(to: .now))
    }

    /// Opens the connections that are kept even when idle, and begins to close those idle too long.
    func start() {
        for _ in 0..<state.refill(to: configuration.poolMinimum) { openOne() }
        sweepLater()
    }

    /// Refuses new transactions, closes idle connections, and waits until those at work are done.
    func close() async {
        isClosed = true
        closeIdle()
        for ticket in waiters.keys { fail(ticket, DatabaseError(.poolExhausted, "the database is closed")) }
        await withCheckedContinuation { continuation in
            closing.append(continuation)
            resumeClosing()
        }
    }

    private func closeIdle() {
        for connection in state.close() { connection.assumeIsolated { $0.close() } }
    }

    private func resumeClosing() {
        guard state.numbers.used == 0 else { return }
        for continuation in closing { continuation.resume() }
        closing = []
    }

    // MARK: Waiting

    /// Decides and lines up in one step: between two awaits the loop may turn.
    private func wait(_ continuation: CheckedContinuation<Connection, any Error>, with ticket: Int) {
        guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
        switch state.acquire(ticket: ticket) {
        case .take(let connection):
            continuation.resume(returning: connection)
        case .refuse:
            let reason = isClosed ? "the database is closed" : "too many transactions are waiting for a connection"
            continuation.resume(throwing: DatabaseError(.poolExhausted, reason))
        case .wait(let open):
            waiters[ticket] = continuation
            timers[ticket] = loop.schedule(after: configuration.acquireTimeout) {
                self.assumeIsolated { $0.timeOut(ticket) }
            }
            if open { openOne() }
            noteCrowd()
        }
    }

    /// Says that more wait than should, once a minute at most.
    private func noteCrowd() {
        let now = ContinuousClock.now
        guard waiters.count > configuration.waitingWarning, crowdReported.map({ now - $0 > .seconds(60) }) ?? true
        else { return }
        crowdReported = now
        reportCrowd(numbers)
    }

    private func timeOut(_ ticket: Int) {
        metrics.timeouts.increment()
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
        Task(executorPreference: loop) { await self.open() }
    }

    private func open() async {
        do {
            let start = ContinuousClock.now
            let connection = try await Connection.open(configuration, role: "write", readOnly: false, on: loop)
            metrics.createTime.record(duration: start.duration(to: .now))
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

    /// Closes what idled too long and brings the pool back to its minimum.
    func sweep(now: ContinuousClock.Instant = .now) {
        let keep = configuration.poolMinimum
        for connection in state.expire(before: now - configuration.idleTimeout, keeping: keep) {
            connection.assumeIsolated { $0.close() }
        }
        for _ in 0..<state.refill(to: keep) { openOne() }
    }

    private func sweepLater() {
        loop.schedule(after: max(.milliseconds(100), configuration.idleTimeout / 2)) { [weak self] in
            self?.assumeIsolated { pool in
                guard !pool.isClosed else { return }
                pool.sweep()
                pool.sweepLater()
            }
        }
    }
}
