/// What any way of delivering events has to pass: schedules that somebody wrote, each about one promise.
///
/// Give it a ``FaultRunner`` over a candidate of your own. It is the rolled schedules that find what nobody thought of.
public struct Conformance: Sendable {
    /// The promise.
    public let promise: String
    /// What happens.
    public let schedule: Schedule

    /// The promises that a candidate does not keep, with what speaks against it.
    public static func brokenPromises(of runner: FaultRunner) async throws -> [String: [Violation]] {
        var broken: [String: [Violation]] = [:]
        for check in all {
            let violations = try await runner.run(check.schedule)
            if !violations.isEmpty { broken[check.promise] = violations }
        }
        return broken
    }

    /// All of them.
    public static let all = recording + sequencing + delivering

    init(_ promise: String, _ steps: Step...) {
        self.promise = promise
        schedule = Schedule(steps)
    }

    init(_ promise: String, _ parts: [Step]...) {
        self.promise = promise
        schedule = Schedule(parts.flatMap { $0 })
    }

    /// Changes things, each once, in a transaction of its own.
    static func changes(of things: Int...) -> [Step] {
        things.flatMap { [.record(producer: 0, thing: $0), .commit(producer: 0, nil)] }
    }

    /// A node brings everything it can.
    static func delivery(by node: Int) -> [Step] {
        [.place(node: node, nil), .wake(node: node)] + Array(repeating: .deliver(node: node, nil), count: 4)
    }
}

// MARK: - From the transaction to the log

extension Conformance {
    private static let recording = [
        Conformance("what is committed is delivered", changes(of: 0, 1, 0), [.settle]),
        Conformance(
            "what is rolled back is not announced",
            [.record(producer: 0, thing: 0), .rollback(producer: 0)],
            changes(of: 0),
            [.settle]
        ),
        Conformance(
            "what is taken back to a savepoint is not announced",
            [.undo(producer: 0, thing: 0), .record(producer: 0, thing: 1), .undo(producer: 0, thing: 0)],
            [.commit(producer: 0, nil), .settle]
        ),
        Conformance(
            "a late commit is not lost",
            [.record(producer: 0, thing: 0), .commit(producer: 0, Disturbance(.stall, .beforeCommit))],
            [.record(producer: 1, thing: 1), .commit(producer: 1, nil)],
            delivery(by: 0),
            [.resumeProducer(0), .settle]
        ),
        Conformance(
            "an open transaction holds nobody up",
            [.begin(producer: 1)],
            changes(of: 0, 1),
            [.settle]
        ),
        Conformance(
            "an early transaction number does not invert a key",
            [.begin(producer: 1)],
            changes(of: 0),
            [.record(producer: 1, thing: 0), .commit(producer: 1, nil), .settle]
        ),
        Conformance(
            "who dies before COMMIT has announced nothing",
            [.record(producer: 0, thing: 0), .commit(producer: 0, Disturbance(.kill, .beforeCommit))],
            changes(of: 0),
            [.settle]
        ),
        Conformance(
            "who dies after COMMIT has announced",
            [.record(producer: 0, thing: 0), .commit(producer: 0, Disturbance(.kill, .afterCommit))],
            [.settle]
        ),
    ]

    private static let sequencing = [
        Conformance(
            "a sequencer that dies before COMMIT leaves no gap",
            changes(of: 0, 1),
            [.place(node: 0, Disturbance(.kill, .placed))],
            changes(of: 0),
            delivery(by: 1)
        ),
        Conformance(
            "a sequencer that dies after COMMIT takes nothing with it",
            changes(of: 0, 1),
            [.place(node: 0, Disturbance(.kill, .placedAndCommitted))],
            delivery(by: 1)
        ),
        Conformance(
            "two sequencers give each event one position",
            changes(of: 0),
            [.place(node: 0, Disturbance(.stall, .placed))],
            changes(of: 0, 1),
            [.place(node: 1, nil), .resume(node: 0), .wake(node: 0), .wake(node: 1)],
            [.deliver(node: 0, nil), .deliver(node: 1, nil), .settle]
        ),
        Conformance(
            "who has lost the lease writes nothing, and loses nothing",
            changes(of: 0),
            [.place(node: 0, nil)],
            changes(of: 0, 1),
            [.place(node: 1, nil)],
            changes(of: 0),
            [.place(node: 0, nil), .place(node: 1, nil), .wake(node: 0), .deliver(node: 0, nil), .settle]
        ),
        Conformance(
            "a sequencer that has lost its locks writes nothing",
            changes(of: 0),
            [.place(node: 0, Disturbance(.stall, .placed)), .loseLocks(node: 0)],
            changes(of: 0, 1),
            delivery(by: 1),
            [.resume(node: 0), .settle]
        ),
    ]
}

// MARK: - From the log to the effect

extension Conformance {
    /// One node is struck in the middle of a batch; the other one takes over.
    private static func struck(_ promise: String, _ fault: Disturbance, then steps: Step...) -> Conformance {
        Conformance(
            promise,
            changes(of: 0, 0, 1, 2, 0),
            [.place(node: 0, nil), .wake(node: 0), .deliver(node: 0, fault)],
            delivery(by: 1),
            steps
        )
    }

    private static let delivering = [
        struck("a crash in the middle of a batch doubles nothing", Disturbance(.kill, .midBatch)),
        struck("a crash between handler and cursor doubles nothing", Disturbance(.kill, .handled)),
        struck("a crash between cursor and COMMIT loses nothing", Disturbance(.kill, .cursorMoved)),
        struck("a crash after COMMIT doubles nothing", Disturbance(.kill, .delivered)),
        struck("two processes do not handle one batch", Disturbance(.stall, .handled), then: .resume(node: 0), .settle),
        struck(
            "who stands still at COMMIT does not let others do his work",
            Disturbance(.stall, .cursorMoved),
            then: .resume(node: 0),
            .settle
        ),
        Conformance(
            "who has lost his locks cannot commit",
            changes(of: 0, 0, 1),
            [
                .place(node: 0, nil), .wake(node: 0), .deliver(node: 0, Disturbance(.stall, .handled)),
                .loseLocks(node: 0),
            ],
            delivery(by: 1),
            [.resume(node: 0), .settle]
        ),
        struck("what fails is tried again, in order", Disturbance(.fail, .handled), then: .wakeAll(node: 1), .settle),
        Conformance(
            "a wake too many does nothing",
            changes(of: 0, 1),
            delivery(by: 0),
            [.wakeAll(node: 0), .wakeAll(node: 0), .deliver(node: 0, nil), .deliver(node: 0, nil), .wakeAll(node: 1)],
            [.deliver(node: 1, nil), .tidy(node: 0), .tidy(node: 1), .settle]
        ),
        Conformance(
            "a wake that never comes is not needed",
            changes(of: 0, 1),
            [.place(node: 0, nil), .restart(node: 0), .restart(node: 1)],
            delivery(by: 1)
        ),
    ]
}
