import EventDelivery
import Events
import Foundation
import Postgres
import Synchronization
import Testing

@testable import EventOutbox

/// Events of the log, handed to one listener again.
@Suite(.timeLimit(.minutes(1))) struct ReplayTests {
    private static let ops = Operator(name: "ops", reason: "rebuilt the table")

    @Test func `a plan counts what the listener hears`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 6)
            let operations = stage.operations(counter())
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.count", from: 2))
            #expect(plan.events == ["tests.ping": 5] && plan.first == 2 && plan.last == 7 && plan.total == 5)
            #expect(plan.keyCount == 1 && plan.estimatedSeconds == nil)
            #expect(try await operations.planReplay(ReplayRequest(of: "tests.count", from: 2, to: 3)).total == 2)
            let slow = try await operations.planReplay(ReplayRequest(of: "tests.count", rate: 2))
            #expect(slow.estimatedSeconds == 3)
            await #expect(throws: OutboxError.self) {
                try await operations.planReplay(ReplayRequest(of: "tests.count", from: 8))
            }
            await #expect(throws: OutboxError.self) {
                try await operations.planReplay(ReplayRequest(of: "tests.nobody"))
            }
        }
    }

    @Test func `events are selected by name, key and time`() async throws {
        try await Stage.run { stage in
            let all = Listener.transactional("tests.all", from: .beginning) { Reaction.onAll { _, _ in } }
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 2))
            try await stage.deliver(to: all)
            try await stage.change("UPDATE events.tick SET at = '2026-01-01' WHERE position = 2")
            try await stage.record(Ping(subject: "a", number: 3))
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
            }
            try await stage.deliver(to: all)
            func total(_ change: (inout ReplayRequest) -> Void) async throws -> Int {
                var request = ReplayRequest(of: "tests.all")
                change(&request)
                return try await stage.operations(all).planReplay(request).total
            }
            let moment = Date(timeIntervalSince1970: 1_767_400_000)
            #expect(try await total { _ in } == 4)
            #expect(try await total { $0.names = ["tests.pong"] } == 1)
            #expect(try await total { $0.keys = ["subject:a"] } == 3)
            #expect(try await total { ($0.keys, $0.names) = (["subject:a", "subject:b"], ["tests.ping"]) } == 3)
            #expect(try await total { $0.since = moment } == 2)
            #expect(try await total { $0.until = moment } == 2)
            #expect(try await total { ($0.since, $0.keys) = (moment, ["subject:b"]) } == 0)
        }
    }

    @Test func `a rehearsal tells what would change, and changes nothing`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 6)
            let recorder = stage.outbox.recorder
            let operations = stage.operations(counter(announcing: recorder))
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.count"))
            let rehearsal = try await operations.rehearseReplay(plan)
            #expect(rehearsal.delivered == 6 && !rehearsal.isPartial && rehearsal.announced == ["tests.pong": 6])
            let change = try #require(rehearsal.tables.first)
            #expect(rehearsal.tables.count == 1 && change.table.hasSuffix(".subject"))
            #expect(change.inserted == 1 && change.updated == 5 && change.deleted == 0)
            let part = try await operations.rehearseReplay(plan, atMost: 2)
            #expect(part.delivered == 2 && part.isPartial)
            #expect(try await stage.total().isEmpty)
            #expect(try await stage.place() == 0)
            let failing = stage.operations(counter { $0.number == 4 })
            await #expect(throws: Refusal.self) { try await failing.rehearseReplay(plan) }
        }
    }

    @Test func `a replay rebuilds, twice as well as once, and leaves the live cursor alone`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 6)
            let operations = stage.operations(counter())
            for _ in 1...2 {
                let id = try await stage.begin(operations)
                let reports = Mutex<[Int]>([])
                try await operations.runReplay(id, batch: 4) { report in
                    reports.withLock { $0.append(report.delivered) }
                }
                #expect(reports.withLock { $0 } == [4, 6])
                #expect(try await stage.total() == [6])
                let status = try await operations.replay(id)
                #expect(status.state == .finished && status.percent == 100 && status.remainingSeconds == 0)
            }
            #expect(try await stage.deliver(to: counter()) == 0)
            #expect(try await operations.planReplay(ReplayRequest(of: "tests.count")).estimatedSeconds != nil)
            let log = try await operations.opsLog().map { "\($0.verb) \($0.subject) \($0.reason)" }
            #expect(log.first == "replay tests.count 1…7 rebuilt the table")
        }
    }

    @Test func `an event that fails stops a replay, is named, and the replay goes on after the fix`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 9)
            let failing = stage.operations(counter { $0.number == 5 })
            let id = try await stage.begin(failing)
            await #expect(throws: ReplayFailure.self) { try await failing.runReplay(id, batch: 20) { _ in } }
            #expect(try await stage.total() == [4])
            let stopped = try await failing.replay(id)
            #expect(stopped.state == .failed && stopped.position == 4 && stopped.error?.contains("position 5") == true)
            let operations = stage.operations(counter())
            let resumed = try await operations.resumeReplay(id, detached: false, by: Self.ops)
            #expect(resumed.state == .running && resumed.percent > 44 && resumed.percent < 45)
            try await operations.runReplay(id, batch: 2) { _ in }
            #expect(try await stage.total() == [9])
        }
    }

    @Test func `a replay that lost its driver goes on with another one, where it stood`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 9)
            let operations = stage.operations(counter())
            let id = try await stage.begin(operations)
            _ = try await operations.advanceReplay(id, atMost: 2, patience: ReplayPatience())
            #expect(try await operations.replay(id).delivered == 2)
            try await operations.runReplay(id, batch: 2) { _ in }
            #expect(try await operations.replay(id).delivered == 9)
            #expect(try await stage.total() == [9])
        }
    }

    @Test func `an aborted replay stays aborted`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 4)
            let operations = stage.operations(counter())
            let id = try await stage.begin(operations)
            #expect(try await operations.abortReplay(id, by: Self.ops).state == .aborted)
            await #expect(throws: OutboxError.self) { try await operations.runReplay(id) { _ in } }
            await #expect(throws: OutboxError.self) { try await operations.abortReplay(id, by: Self.ops) }
            await #expect(throws: OutboxError.self) {
                try await operations.resumeReplay(id, detached: false, by: Self.ops)
            }
            await #expect(throws: OutboxError.self) { try await operations.abortReplay(UUID(), by: Self.ops) }
            #expect(try await stage.total().isEmpty)
            #expect(try await operations.replays().map(\.abortedBy) == ["ops"])
        }
    }

    @Test func `a rate holds for every driver together`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 4)
            let operations = stage.operations(counter())
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.count", rate: 2))
            let id = try await operations.beginReplay(plan, by: Self.ops)
            guard
                case .moved(let status) = try await operations.advanceReplay(
                    id,
                    atMost: 100,
                    patience: ReplayPatience()
                )
            else { throw Refusal() }
            #expect(status.delivered == 2)
            // Two of two a second: the next second's worth is due a second later, whoever asks.
            let rows = try await stage.database.read(
                "SELECT extract(epoch FROM due_at - created_at)::float8 >= 1 AS is_later FROM events.replay"
            )
            #expect(try rows[0]["is_later"] == true)
            try await stage.change("UPDATE events.replay SET due_at = now() + interval '1 h'")
            guard
                case .waits(let seconds) = try await operations.advanceReplay(
                    id,
                    atMost: 100,
                    patience: ReplayPatience()
                )
            else { throw Refusal() }
            #expect(seconds > 3000 && seconds <= 3600)
        }
    }

    @Test func `live traffic goes first`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 4)
            let operations = stage.operations(counter())
            let id = try await stage.begin(operations)
            try await stage.record(Ping(subject: "a", number: 10))
            try await stage.place()
            guard case .waits = try await operations.advanceReplay(id, atMost: 1, patience: ReplayPatience()) else {
                throw Refusal()
            }
            async let replay: Void = operations.runReplay(id, batch: 1) { _ in }
            try await stage.deliver(to: counter())
            try await replay
            #expect(try await stage.total() == [10])
        }
    }

    @Test func `a listener that stands still does not hold a replay up`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 4)
            let operations = stage.operations(counter())
            let id = try await stage.begin(operations)
            try await stage.record(Ping(subject: "a", number: 10))
            try await stage.place()
            try await operations.runReplay(id) { _ in }
            #expect(try await stage.total() == [4])
        }
    }
}

extension Stage {
    /// Events that a counter has counted, and then lost.
    func prepare(events: Int) async throws {
        for number in 1...events { try await record(Ping(subject: "a", number: number)) }
        try await database.transaction { tx in
            try outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
        }
        try await deliver(to: counter())
        try await database.transaction { tx in _ = try await tx.execute("DELETE FROM subject") }
    }

    func begin(_ operations: OutboxOperations, detached: Bool = false) async throws -> UUID {
        let plan = try await operations.planReplay(ReplayRequest(of: "tests.count"))
        let person = Operator(name: "ops", reason: "rebuilt the table")
        return try await operations.beginReplay(plan, detached: detached, by: person)
    }

    func total() async throws -> [Int] {
        try await database.read("SELECT number FROM subject").map { try $0["number"] }
    }
}

/// Counts pings per subject; twice the same event is counted once.
func counter(
    announcing recorder: EventRecorder? = nil,
    fail: @escaping @Sendable (Ping) -> Bool = { _ in false }
) -> Listener {
    Listener.transactional("tests.count", lanes: 2, from: .beginning) {
        Reaction.on(Ping.self) { delivered, tx in
            try await tx.execute(
                """
                INSERT INTO subject (name, number) VALUES (\(delivered.event.subject), \(delivered.event.number))
                ON CONFLICT (name) DO UPDATE SET number = greatest(subject.number, excluded.number)
                """
            )
            try recorder?.record(Pong(subject: delivered.event.subject, number: delivered.event.number), in: tx)
            if fail(delivered.event) { throw Refusal() }
        }
    }
}
