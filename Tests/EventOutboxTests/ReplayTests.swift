import EventDelivery
import Events
import Postgres
import Synchronization
import Testing

@testable import EventOutbox

/// Events of the log, handed to one listener again.
@Suite(.timeLimit(.minutes(1))) struct ReplayTests {
    private static let ops = Operator(name: "ops", reason: "rebuilt the table")

    /// Counts pings per subject; twice the same event is counted once.
    private static func counter(fail: @escaping @Sendable (Ping) -> Bool = { _ in false }) -> Listener {
        Listener.transactional("tests.count", lanes: 2, from: .beginning) {
            Reaction.on(Ping.self) { delivered, tx in
                try await tx.execute(
                    """
                    INSERT INTO subject (name, number) VALUES (\(delivered.event.subject), \(delivered.event.number))
                    ON CONFLICT (name) DO UPDATE SET number = greatest(subject.number, excluded.number)
                    """
                )
                if fail(delivered.event) { throw Refusal() }
            }
        }
    }

    private static func prepare(_ stage: Stage, events: Int) async throws {
        for number in 1...events { try await stage.record(Ping(subject: "a", number: number)) }
        try await stage.database.transaction { tx in
            try stage.outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
        }
        try await stage.deliver(to: counter())
        try await stage.database.transaction { tx in _ = try await tx.execute("DELETE FROM subject") }
    }

    private static func total(_ stage: Stage) async throws -> [Int] {
        try await stage.database.read("SELECT number FROM subject").map { try $0["number"] }
    }

    @Test func `a plan counts what the listener hears`() async throws {
        try await Stage.run { stage in
            try await Self.prepare(stage, events: 6)
            let operations = stage.operations(Self.counter())
            let plan = try await operations.planReplay(of: "tests.count", from: 2, through: nil)
            #expect(plan.events == ["tests.ping": 5] && plan.first == 2 && plan.last == 7 && plan.total == 5)
            #expect(try await operations.planReplay(of: "tests.count", from: 2, through: 3).total == 2)
            await #expect(throws: OutboxError.self) {
                try await operations.planReplay(of: "tests.count", from: 8, through: nil)
            }
            await #expect(throws: OutboxError.self) {
                try await operations.planReplay(of: "tests.nobody", from: 1, through: nil)
            }
        }
    }

    @Test func `a rehearsal changes nothing`() async throws {
        try await Stage.run { stage in
            try await Self.prepare(stage, events: 6)
            let operations = stage.operations(Self.counter())
            let plan = try await operations.planReplay(of: "tests.count", from: 1, through: nil)
            #expect(try await operations.rehearseReplay(plan) == 6)
            #expect(try await Self.total(stage).isEmpty)
            let failing = stage.operations(Self.counter { $0.number == 4 })
            await #expect(throws: Refusal.self) { try await failing.rehearseReplay(plan) }
        }
    }

    @Test func `a replay rebuilds, twice as well as once, and leaves the live cursor alone`() async throws {
        try await Stage.run { stage in
            try await Self.prepare(stage, events: 6)
            let operations = stage.operations(Self.counter())
            for _ in 1...2 {
                let plan = try await operations.planReplay(of: "tests.count", from: 1, through: nil)
                let id = try await operations.beginReplay(plan, by: Self.ops)
                let reports = Mutex<[Int]>([])
                try await operations.runReplay(id, batch: 4) { report in
                    reports.withLock { $0.append(report.delivered) }
                }
                #expect(reports.withLock { $0 } == [4, 6])
                #expect(try await Self.total(stage) == [6])
            }
            #expect(try await stage.deliver(to: Self.counter()) == 0)
            let log = try await stage.database.read(
                "SELECT verb || ' ' || subject || ' ' || reason AS line FROM events.ops_log"
            )
            #expect(try log.map { try $0["line"] as String }.first == "replay tests.count 1…7 rebuilt the table")
        }
    }

    @Test func `an interrupted replay goes on where it stopped`() async throws {
        try await Stage.run { stage in
            try await Self.prepare(stage, events: 9)
            let failing = stage.operations(Self.counter { $0.number == 6 })
            let plan = try await failing.planReplay(of: "tests.count", from: 1, through: nil)
            let id = try await failing.beginReplay(plan, by: Self.ops)
            await #expect(throws: Refusal.self) { try await failing.runReplay(id, batch: 2) { _ in } }
            #expect(try await Self.total(stage) == [4])
            let positions = Mutex<[Int]>([])
            try await stage.operations(Self.counter()).runReplay(id, batch: 2) { report in
                positions.withLock { $0.append(report.position) }
            }
            #expect(positions.withLock { $0.first } == 6)
            #expect(try await Self.total(stage) == [9])
        }
    }

    @Test func `live traffic goes on beside a replay`() async throws {
        try await Stage.run { stage in
            try await Self.prepare(stage, events: 4)
            let operations = stage.operations(Self.counter())
            let plan = try await operations.planReplay(of: "tests.count", from: 1, through: nil)
            let id = try await operations.beginReplay(plan, by: Self.ops)
            try await stage.record(Ping(subject: "a", number: 10))
            async let replay: Void = operations.runReplay(id, batch: 1) { _ in }
            try await stage.deliver(to: Self.counter())
            try await replay
            #expect(try await Self.total(stage) == [10])
        }
    }
}
