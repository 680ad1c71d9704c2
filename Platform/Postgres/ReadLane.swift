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

    private let configuration: DatabaseConfiguration
    private let report: @Sendable (DatabaseError) -> Void
    private nonisolated let inbox = Mutex<[Exchange]>([])
    private var waiting = Deque<Exchange>()
    private var alone = Deque<Exchange>()
    private var connections: [Connection] = []
    private var opening = 0
    private var backoff = Backoff()
    private var isClosed = false

    init(_ configuration: DatabaseConfiguration, on loop: ReactorLoop, report: @escaping @Sendable (DatabaseError) -> Void) {
        self.configuration = configuration
        self.loop = loop
        self.report = report
    }

    /// Runs one read and returns its rows.
    nonisolated func query(_ statement: Statement, name: StaticString) async throws -> Rows {
        try statement.check()
        let handle = ExchangeHandle()
        let rows = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let exchange = Exchange([statement], name: name, continuation)
                handle.fill(exchange)
                enqueue(exchange)
            }
        } onCancel: {
            handle.cancel()
        }
        return rows[0]
    }

    private nonisolated func enqueue(_ exchange: Exchange) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(exchange)
            return inbox.count == 1
        }
        if isFirst { loop.requestTurn(self) }
    }

    /// How many connections are open, and how many reads wait for a place on one.
    var numbers: (open: Int, waiting: Int) { (connections.count, waiting.count + alone.count) }

    /// Fails whoever waits and closes the connections.
    func close() {
        isClosed = true
        for connection in connections { connection.assumeIsolated { $0.close() } }
        let error = DatabaseError(.connectionLost, "the database is closed")
        for exchange in waiting { exchange.abandon(error) }
        waiting.removeAll()
    }

    // MARK: Reactor

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {}

    nonisolated func turn() {
        assumeIsolated { lane in
            let arrived = lane.inbox.withLock { inbox in
                defer { inbox = [] }
                return inbox
            }
            lane.accept(arrived)
        }
    }

    private func accept(_ arrived: [Exchange]) {
        for exchange in arrived {
            guard !isClosed, waiting.count < configuration.waitingMaximum else {
                exchange.abandon(DatabaseError(.poolExhausted, "too many reads are waiting"))
                continue
            }
            waiting.append(exchange)
        }
        dispatch()
    }

    private func dispatch() {
        openMissing()
        while let exchange = alone.first, let connection = leastLoaded() {
            alone.removeFirst()
            connection.assumeIsolated { $0.send(CollectionOfOne(exchange)) }
        }
        while !waiting.isEmpty, let connection = leastLoaded() {
            let share = max(1, waiting.count / max(1, connections.count))
            let count = min(waiting.count, min(share, Self.groupSize))
            let group = waiting.prefix(count)
            connection.assumeIsolated { $0.send(group, retryable: true) }
            waiting.removeFirst(count)
        }
    }

    private func leastLoaded() -> Connection? {
        let best = connections.min { a, b in a.assumeIsolated { $0.load } < b.assumeIsolated { $0.load } }
        guard let best, best.assumeIsolated({ $0.load }) < Self.window else { return nil }
        return best
    }

    // MARK: Connections

    private func openMissing() {
        guard !isClosed, backoff.isOver else { return }
        while connections.count + opening < configuration.readConnections {
            opening += 1
            // Free-standing: opening outlives the read that asked for it and answers to nobody but this lane.
            Task { await open() }
        }
    }

    private func open() async {
        do {
            let connection = try await Connection.open(configuration, role: "read", readOnly: true, on: loop)
            opening -= 1
            guard !isClosed else { return await connection.close() }
            try await connection.start(
                onLost: { [weak self] error in self?.assumeIsolated { $0.lost(error) } },
                onSkipped: { [weak self] exchanges in self?.assumeIsolated { $0.retry(exchanges) } },
                onProgress: { [weak self] in self?.assumeIsolated { $0.dispatch() } }
            )
            connections.append(connection)
            backoff.reset()
            dispatch()
        } catch {
            opening -= 1
            failed(error)
        }
    }

    private func failed(_ error: any Error) {
        let error = error as? DatabaseError ?? DatabaseError(.connectFailed, "\(error)")
        report(error)
        if connections.isEmpty, opening == 0 {
            for exchange in waiting { exchange.abandon(error) }
            waiting.removeAll()
        }
        loop.schedule(after: backoff.next()) { [weak self] in self?.assumeIsolated { $0.dispatch() } }
    }

    private func lost(_ error: DatabaseError) {
        connections.removeAll { $0.assumeIsolated { $0.isLost } }
        guard !isClosed else { return }
        report(error)
        dispatch()
    }

    private func retry(_ exchanges: [Exchange]) {
        alone.append(contentsOf: exchanges)
        dispatch()
    }
}
