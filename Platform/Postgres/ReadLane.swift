import DequeModule
import Reactor
import Synchronization

/// Carries single reads of all concurrent callers over few connections, many under one Sync.
///
/// Its connections are read-only for the server, so nothing can be written here by mistake. A read that fails takes
/// those behind it in its group with it; they are sent again, each alone. A connection that breaks fails its own
/// waiters and is opened anew.
actor ReadLane: ReactorHandler {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    /// Reads in flight on one connection before the next waits here.
    private static let window = 64
    /// Reads under one Sync.
    private static let groupSize = 16

    private struct Waiting {
        let exchange: Exchange
        let since: ContinuousClock.Instant
    }

    private let configuration: DatabaseConfiguration
    private let report: @Sendable (DatabaseError) -> Void
    private nonisolated let inbox = Mutex<[Exchange]>([])
    private var arrived: [Exchange] = []
    private var waiting = Deque<Waiting>()
    /// Reads that are sent again, each under a Sync of its own.
    private var retries = Deque<Waiting>()
    private var connections: [Connection] = []
    private var opening = 0
    private var backoff = Backoff()
    private var lastFailure: DatabaseError?
    private var isWatchingTheClock = false
    private var isClosed = false

    init(
        _ configuration: DatabaseConfiguration,
        on loop: ReactorLoop,
        report: @escaping @Sendable (DatabaseError) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.report = report
    }

    /// Runs one read and returns its rows.
    nonisolated func query(_ statement: Statement) async throws -> Rows {
        try statement.check()
        return try await Exchange(.read(statement)).answer {
            enqueue($0)
        } onCancel: { exchange in
            self.stopLater(exchange)
        }
    }

    private nonisolated func enqueue(_ exchange: Exchange) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(exchange)
            return inbox.count == 1
        }
        if isFirst { loop.requestTurn(self) }
    }

    /// How many connections are open, and how many reads wait for a place on one.
    var numbers: (open: Int, waiting: Int) { (connections.count, waiting.count + retries.count) }

    /// Fails whoever waits and closes the connections.
    func close() {
        isClosed = true
        let error = DatabaseError(.connectionLost, "the database is closed")
        for read in waiting { read.exchange.abandon(error) }
        for read in retries { read.exchange.abandon(error) }
        waiting.removeAll()
        retries.removeAll()
        for connection in connections { connection.assumeIsolated { $0.close() } }
    }

    // MARK: Taking reads in

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {}

    nonisolated func turn() { assumeIsolated { $0.accept() } }

    private func accept() {
        inbox.withLock { swap(&$0, &arrived) }
        let now = ContinuousClock.now
        for exchange in arrived {
            if isClosed {
                exchange.abandon(DatabaseError(.connectionLost, "the database is closed"))
            } else if waiting.count >= configuration.waitingMaximum {
                exchange.abandon(DatabaseError(.poolExhausted, "too many reads are waiting"))
            } else {
                waiting.append(Waiting(exchange: exchange, since: now))
            }
        }
        arrived.removeAll(keepingCapacity: true)
        dispatch()
        watchTheClock()
    }

    /// Fails reads that found no place in time. One timer serves all: they wait in the order they came.
    private func watchTheClock() {
        guard !isWatchingTheClock, let oldest = [waiting.first, retries.first].compactMap(\.?.since).min() else {
            return
        }
        isWatchingTheClock = true
        let due = oldest + configuration.acquireTimeout
        loop.schedule(after: max(.zero, ContinuousClock.now.duration(to: due))) { [weak self] in
            self?.assumeIsolated { $0.expire() }
        }
    }

    private func expire() {
        isWatchingTheClock = false
        let limit = ContinuousClock.now - configuration.acquireTimeout
        let reason = lastFailure.map { "; the last attempt to connect failed: \($0.message)" } ?? ""
        let code: DatabaseError.Code = lastFailure == nil ? .poolExhausted : .connectFailed
        let error = DatabaseError(code, "the read was not sent within \(configuration.acquireTimeout)\(reason)")
        while let first = waiting.first, first.since <= limit { waiting.removeFirst().exchange.abandon(error) }
        while let first = retries.first, first.since <= limit { retries.removeFirst().exchange.abandon(error) }
        watchTheClock()
    }

    // MARK: Sending

    private func dispatch() {
        openMissing()
        while let read = retries.first, let connection = leastLoaded() {
            retries.removeFirst()
            connection.assumeIsolated { $0.send(CollectionOfOne(read.exchange)) }
        }
        // While all are busy the next reads gather: larger groups cost less, and nobody overtakes anyway.
        while let connection = leastLoaded(), !waiting.isEmpty {
            guard connection.assumeIsolated({ $0.load }) == 0 || waiting.count >= Self.groupSize else { break }
            let group = nextGroup()
            if !group.isEmpty { connection.assumeIsolated { $0.send(group) } }
        }
    }

    /// An even share of those who wait, without those whose caller has gone.
    private func nextGroup() -> [Exchange] {
        let share = max(1, waiting.count / connections.count)
        var group: [Exchange] = []
        for _ in 0..<min(share, Self.groupSize) {
            guard let exchange = waiting.popFirst()?.exchange else { break }
            if exchange.isCancelled { exchange.abandon(CancellationError()) } else { group.append(exchange) }
        }
        return group
    }

    private func leastLoaded() -> Connection? {
        var best: (connection: Connection, load: Int)?
        for connection in connections {
            let load = connection.assumeIsolated { $0.isStopping ? Self.window : $0.load }
            if load < best?.load ?? Self.window { best = (connection, load) }
        }
        return best?.connection
    }

    // MARK: Stopping

    private nonisolated func stopLater(_ exchange: Exchange) {
        loop.schedule(after: configuration.cancelGrace) { [weak self] in
            self?.assumeIsolated { $0.stop(exchange) }
        }
    }

    /// Stops a read whose caller has gone as soon as a connection is working on it. Neighbours that the request hits
    /// by mistake are sent again.
    private func stop(_ exchange: Exchange) {
        guard exchange.isUnanswered, !isClosed else { return }
        let connection = connections.first { $0.assumeIsolated { $0.isRunning(exchange) } }
        if let connection { connection.assumeIsolated { $0.stop(exchange) } } else { stopLater(exchange) }
    }

    // MARK: Connections

    private func openMissing() {
        guard !isClosed, backoff.isOver else { return }
        while connections.count + opening < configuration.readConnections {
            opening += 1
            // Free-standing: opening outlives the read that asked for it and answers to nobody but this lane.
            Task(executorPreference: loop) { await self.open() }
        }
    }

    private func open() async {
        do {
            let connection = try await Connection.open(configuration, role: "read", readOnly: true, on: loop)
            opening -= 1
            guard !isClosed else { return await connection.close() }
            try await connection.start(
                onLost: { [weak self] error in self?.assumeIsolated { $0.lost(error) } },
                onProgress: { [weak self] retries in self?.assumeIsolated { $0.resume(retries) } }
            )
            connections.append(connection)
            backoff.reset()
            lastFailure = nil
            dispatch()
        } catch {
            opening -= 1
            failed(error)
        }
    }

    private func failed(_ error: any Error) {
        let error = error as? DatabaseError ?? DatabaseError(.connectFailed, "\(error)")
        lastFailure = error
        report(error)
        loop.schedule(after: backoff.next()) { [weak self] in
            self?.assumeIsolated { if !$0.waiting.isEmpty || !$0.retries.isEmpty { $0.dispatch() } }
        }
    }

    private func lost(_ error: DatabaseError) {
        connections.removeAll { $0.assumeIsolated { $0.isLost } }
        guard !isClosed else { return }
        report(error)
        dispatch()
    }

    private func resume(_ again: [Exchange]) {
        if !again.isEmpty {
            let now = ContinuousClock.now
            retries.append(contentsOf: again.map { Waiting(exchange: $0, since: now) })
        }
        dispatch()
    }
}
