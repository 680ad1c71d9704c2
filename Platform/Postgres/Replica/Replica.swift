import Logging
import Metrics
import Reactor
import Synchronization

/// A read lane to a standby, and what is known of how far behind it is.
final class Replica: Sendable {
    private let configuration: ReplicaConfiguration
    private let lane: ReadLane
    private let primary: ReadLane
    private let clock: StatementClock
    private let logger: Logger
    private let state: Mutex<ReplicaState>
    private let following = Mutex<Task<Void, Never>?>(nil)
    private let servedHere = Counter(label: "db.client.replica.reads", dimensions: [("served_by", "replica")])
    private let servedByPrimary = Counter(label: "db.client.replica.reads", dimensions: [("served_by", "primary")])
    private let isUsed = Gauge(label: "db.client.replica.used")
    private let staleness = Gauge(label: "db.client.replica.staleness")

    init(_ configuration: ReplicaConfiguration, of primary: ReadLane, on loop: ReactorLoop, logger: Logger) {
        self.configuration = configuration
        self.primary = primary
        self.logger = logger
        var settings = configuration.database
        // There is another way to the answer, so nobody waits for long.
        settings.acquireTimeout = min(settings.acquireTimeout, .milliseconds(250))
        // A failure to connect is in the state, which says changes only.
        lane = ReadLane(settings, on: loop, report: { _ in })
        clock = StatementClock(lane: "replica", threshold: settings.slowStatement, logger: logger)
        state = Mutex(ReplicaState(bound: configuration.staleness))
    }

    var status: ReplicaStatus { state.withLock { $0.status(now: .now) } }

    /// Runs a read; nil when the primary has to do it, because the replica is not fit for it or failed it.
    func read(_ statement: Statement, name: StaticString) async throws -> Rows? {
        let floor = ReplicaFloor.current
        guard state.withLock({ $0.admits(floor, now: .now) }) else {
            servedByPrimary.increment()
            return nil
        }
        do {
            let rows = try await clock.measure(name: name, statement: statement) { try await lane.query(statement) }
            servedHere.increment()
            return rows
        } catch let error as DatabaseError where error.code != .timeout && error.code != .encoding {
            if error.isAboutReaching { change { $0.wentAway("\(error)") } }
            servedByPrimary.increment()
            return nil
        }
    }

    /// Begins to compare the replica with the primary.
    func start() {
        following.withLock { following in
            guard following == nil else { return }
            following = Task { await follow() }
        }
    }

    func close() async {
        following.withLock { $0.take() }?.cancel()
        await lane.close()
    }

    private func follow() async {
        while !Task.isCancelled {
            await compare()
            try? await Task.sleep(for: configuration.interval)
        }
    }

    /// The primary comes first: the replica is asked whether it has reached what was there already.
    private func compare() async {
        do {
            let moment = ContinuousClock.now
            let source = try await ReplicationState.primary(over: primary)
            state.withLock { $0.sampled(source.position, at: moment - source.delay) }
            let copy = try await ReplicationState.standby(over: lane)
            change { state in
                if let reason = copy.whyUnfit(for: source) {
                    state.isUnfit(reason)
                } else {
                    state.reached(copy.position)
                }
            }
        } catch let failure as ReplicationState.StandbyFailure {
            guard !Task.isCancelled else { return }
            change { $0.wentAway("it does not answer: \(failure.error)") }
        } catch {
            // The primary's trouble is told elsewhere. What is known of the replica gets old meanwhile, as it should.
        }
        report()
    }

    /// Says so when the replica is used from now on, or not any more.
    private func change(_ body: (inout ReplicaState) -> Void) {
        let (before, after) = state.withLock { state in
            let before = state.status(now: .now)
            body(&state)
            return (before, state.status(now: .now))
        }
        guard before.isUsed != after.isUsed else { return }
        logger.notice(
            after.isUsed ? "the replica is read from" : "the replica is not read from any more",
            metadata: ["reason": "\(after.summary)"]
        )
    }

    private func report() {
        let status = status
        isUsed.record(status.isUsed ? 1 : 0)
        if case .following(let age) = status { staleness.record(Double(age.milliseconds) / 1000) }
    }
}

extension DatabaseError {
    /// The server could not be asked at all.
    fileprivate var isAboutReaching: Bool {
        [.connectionLost, .connectFailed, .poolExhausted].contains(code)
    }
}
