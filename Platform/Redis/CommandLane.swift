import DequeModule
import Reactor
import Synchronization

/// Carries the commands of all concurrent callers over one connection: whatever has gathered is sent in one write.
///
/// The server answers in the order of the commands and says nothing else about which answer is whose. So every command
/// that was sent keeps its place in `owed` until its answer has come, whether or not anybody still waits for it.
actor CommandLane: ReactorHandler {
    nonisolated let loop: ReactorLoop
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.asUnownedSerialExecutor() }

    private let configuration: RedisConfiguration
    private let report: @Sendable (LinkChange) -> Void
    private nonisolated let inbox = Mutex<[PendingCommand]>([])
    private var arrived: [PendingCommand] = []
    private var waiting = Deque<PendingCommand>()
    private var owed = Deque<PendingCommand>()
    private var owedSince = ContinuousClock.now
    private var deadlines = Deadlines()
    private var clock: (token: TimerToken, due: ContinuousClock.Instant)?
    private var link = LinkState()
    private var connection: RedisConnection?
    private var hasAnswered = false
    private var counts = RedisNumbers()

    init(_ configuration: RedisConfiguration, on loop: ReactorLoop, report: @escaping @Sendable (LinkChange) -> Void) {
        self.configuration = configuration
        self.loop = loop
        self.report = report
    }

    /// Sends one command and returns its answer.
    nonisolated func send(_ command: RedisCommand, timeout: Duration?) async throws -> RedisValue {
        let pending = PendingCommand(command, timeout: timeout ?? configuration.commandTimeout)
        let answer = try await pending.answer { enqueue($0) }
        if case .error(let error) = answer { throw error }
        return answer
    }

    private nonisolated func enqueue(_ pending: PendingCommand) {
        let isFirst = inbox.withLock { inbox in
            inbox.append(pending)
            return inbox.count == 1
        }
        if isFirst { loop.requestTurn(self) }
    }

    /// What the lane is doing and has done.
    var numbers: RedisNumbers {
        var numbers = counts
        numbers.isConnected = link.phase == .open
        numbers.isBroken = link.phase == .broken
        numbers.waiting = waiting.count
        numbers.inFlight = owed.count
        return numbers
    }

    /// Fails whoever waits and closes the connection.
    func close() {
        link.close()
        abandon(LinkState.closed)
        connection.take()?.assumeIsolated { $0.lose(LinkState.closed) }
        if let clock = clock.take() { loop.cancel(clock.token) }
    }

    // MARK: Taking commands in

    nonisolated func ready(_ descriptor: Int32, _ readiness: Readiness) {}

    nonisolated func turn() { assumeIsolated { $0.accept() } }

    private func accept() {
        inbox.withLock { swap(&$0, &arrived) }
        for pending in arrived { accept(pending) }
        arrived.removeAll(keepingCapacity: true)
        dispatch()
        watchTheClock()
    }

    private func accept(_ pending: PendingCommand) {
        guard waiting.count + owed.count < configuration.inFlightMaximum else {
            let limit = configuration.inFlightMaximum
            return refuse(pending, RedisError(.tooManyInFlight, "\(limit) commands are on their way already"))
        }
        switch link.admit() {
        case .refuse(let error): return refuse(pending, error)
        case .openAndWait: open(after: .zero)
        case .wait, .send: break
        }
        waiting.append(pending)
        deadlines.add(pending)
    }

    private func refuse(_ pending: PendingCommand, _ error: RedisError) {
        counts.refused += 1
        pending.settle(.failure(error))
    }

    private func dispatch() {
        guard let connection, !waiting.isEmpty else { return }
        if owed.isEmpty { owedSince = .now }
        // Those whose caller has gone before they were sent are not sent.
        let batch = waiting.filter { !$0.isSettled }
        waiting.removeAll(keepingCapacity: true)
        owed.append(contentsOf: batch)
        connection.assumeIsolated { $0.send(batch.lazy.map(\.command)) }
    }

    private func receive(_ answers: [RedisValue]) {
        hasAnswered = true
        for answer in answers {
            guard let pending = owed.popFirst() else {
                let error = RedisError(.connectionLost, "the server sent an answer that nobody asked for")
                connection?.assumeIsolated { $0.lose(error) }
                return
            }
            pending.settle(.success(answer))
        }
        deadlines.forgetSettled()
    }

    // MARK: Time

    /// One timer serves all commands; it is set anew only when something is due before it.
    private func watchTheClock() {
        guard let next = [deadlines.next, silenceLimit].compactMap(\.self).min() else { return }
        if let clock {
            guard next < clock.due else { return }
            loop.cancel(clock.token)
        }
        let token = loop.schedule(after: max(.zero, ContinuousClock.now.duration(to: next))) { [weak self] in
            self?.assumeIsolated { $0.tick(next) }
        }
        clock = (token, next)
    }

    private func tick(_ due: ContinuousClock.Instant) {
        // One that was replaced in the very turn it came due.
        guard clock?.due == due else { return }
        clock = nil
        let now = ContinuousClock.now
        for pending in deadlines.popDue(now: now) {
            let error = RedisError(.timeout, "\(pending.command.name) was not answered in time")
            if pending.settle(.failure(error)) { counts.timedOut += 1 }
        }
        if let limit = silenceLimit, limit <= now {
            let error = RedisError(.connectionLost, "the server has been silent for \(configuration.silenceTimeout)")
            connection?.assumeIsolated { $0.lose(error) }
        }
        watchTheClock()
    }

    /// When a connection that owes answers counts as dead. A command that was given more time may take it.
    private var silenceLimit: ContinuousClock.Instant? {
        guard let oldest = owed.first, let connection else { return nil }
        let lastSign = max(owedSince, connection.assumeIsolated { $0.lastMoved })
        return max(oldest.due, lastSign + configuration.silenceTimeout)
    }

    // MARK: The connection

    private func open(after delay: Duration) {
        loop.schedule(after: delay) { [weak self] in
            guard let self else { return }
            // Free-standing: opening outlives the command that asked for it and answers to nobody but this lane.
            Task(executorPreference: self.loop) { await self.open() }
        }
    }

    private func open() async {
        guard link.phase != .closed else { return }
        do {
            let connection = try await RedisConnection.open(configuration, role: "commands", on: loop)
            adopt(connection)
        } catch {
            let error = error as? RedisError ?? RedisError(.connectFailed, "\(error)")
            guard let delay = link.failed(error) else { return }
            report(.down(error))
            abandonWaiting(link.down)
            open(after: delay)
        }
    }

    private func adopt(_ new: RedisConnection) {
        guard link.opened() else { return new.assumeIsolated { $0.lose(LinkState.closed) } }
        counts.opened += 1
        hasAnswered = false
        connection = new
        report(.up)
        new.assumeIsolated { new in
            new.start(
                onAnswers: { [weak self] answers in self?.assumeIsolated { $0.receive(answers) } },
                onLost: { [weak self] error in self?.assumeIsolated { $0.lost(error) } }
            )
        }
        dispatch()
        watchTheClock()
    }

    private func lost(_ error: RedisError) {
        connection = nil
        for pending in owed { pending.settle(.failure(RedisError(.connectionLost, error.message))) }
        owed.removeAll()
        guard let delay = link.lost(error, hadAnswered: hasAnswered) else { return }
        counts.lost += 1
        report(.down(error))
        if link.phase == .broken { abandonWaiting(link.down) }
        open(after: delay)
    }

    private func abandonWaiting(_ error: RedisError) {
        for pending in waiting { pending.settle(.failure(error)) }
        waiting.removeAll()
    }

    private func abandon(_ error: RedisError) {
        abandonWaiting(error)
        for pending in owed { pending.settle(.failure(error)) }
        owed.removeAll()
    }
}

/// A link to the server went down or came up.
enum LinkChange: Sendable, Equatable {
    case up
    case down(RedisError)
}
