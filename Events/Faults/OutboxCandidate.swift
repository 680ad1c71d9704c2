import EventDelivery
import EventOutbox
import Events
public import Postgres

/// The outbox as it is delivered: one listener for whole batches that announces what it has seen, and one that hears it.
public struct OutboxCandidate: Candidate {
    private let database: Database
    private let outbox: Outbox

    /// The outbox, with the connections of those who record.
    public init(_ database: Database) {
        self.database = database
        outbox = Outbox(database)
    }

    /// Both of them.
    public var listeners: [String] { ["witness", "echo"] }

    /// Records with the transaction, as modules do.
    public func record(_ mark: Mark, in tx: borrowing Transaction) async throws {
        try outbox.recorder.record(mark, in: tx)
    }

    /// Starts a process with small batches and a short memory, so that their ends are met often.
    public func start(_ trial: Trial) async throws -> any CandidateNode {
        let outbox = Outbox(trial.database)
        var configuration = OutboxConfiguration()
        configuration.batch = 16
        configuration.scan = 6
        configuration.tail = 8
        configuration.statementTimeout = .seconds(120)
        let listeners = Self.listeners(trial, outbox.recorder)
        return OutboxNode(
            steps: try await StepwiseNode(outbox, listeners: listeners, configuration: configuration, logger: .silent),
            delivery: OutboxDelivery(outbox, listeners: listeners, configuration: configuration, logger: .silent)
        )
    }

    private static func listeners(_ trial: Trial, _ events: EventRecorder) -> [Listener] {
        // The time to try again comes when the schedule says so.
        let retry = RetryPolicy.exponential(
            attempts: 1_000,
            from: .seconds(86_400),
            upTo: .seconds(86_400),
            crashes: 1_000
        )
        return [
            .transactional(name("witness", trial), lanes: 2, retry: retry) {
                Reaction.onBatch(of: Mark.self) { delivered, tx in
                    try await trial.witness().handle(delivered.map(\.event), in: tx)
                    for mark in delivered { try events.record(Echo(mark: mark.event), in: tx) }
                }
            },
            .transactional(name("echo", trial), lanes: 1, retry: retry) {
                Reaction.on(Echo.self) { delivered, tx in
                    try await trial.witness("echo").handle([delivered.event.mark], in: tx)
                }
            },
        ]
    }

    private static func name(_ listener: String, _ trial: Trial) -> String { "faults.\(listener)-\(trial.id)" }

    /// Whatever is to be tried again is due.
    public func retryNow() async throws {
        try await database.transaction { tx in
            _ = try await tx.execute(
                "UPDATE events.deviation SET next_attempt_at = now() WHERE state = 'retrying' AND next_attempt_at > now()"
            )
        }
    }

    /// What the operator would be shown.
    public func remains(of trial: Trial) async throws -> [String] {
        let names = Set(listeners.map { Self.name($0, trial) })
        let status = try await OutboxOperations(database, listeners: []).status()
        let listeners = status.listeners.filter { names.contains($0.name) }
        return listeners.filter { $0.waiting > 0 || $0.heldBack > 0 }.map {
            "\($0.name): \($0.waiting) wait, \($0.retrying) are tried again, \($0.parked) parked, \($0.dead) dead"
        } + (listeners.count == names.count ? [] : ["the listeners are not there"])
    }

    /// Takes the trial's listeners away.
    public func forget(_ trial: Trial) async throws {
        let names = listeners.map { Self.name($0, trial) }
        try await database.transaction { tx in
            _ = try await tx.execute("DELETE FROM events.listener WHERE name = ANY (\(names))")
        }
    }
}

/// One process of the outbox.
private struct OutboxNode: CandidateNode {
    let steps: StepwiseNode
    let delivery: OutboxDelivery

    func place() async throws { try await steps.place() }
    func wake() async throws { await steps.hear() }
    func wakeAll() async throws { await steps.wakeAll() }
    func deliver() async throws -> Bool { try await steps.deliver() }
    func tidy() async throws { try await steps.moveUp() }
    func drain() async throws { _ = try await delivery.drain() }
}
