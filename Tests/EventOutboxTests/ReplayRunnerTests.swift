import EventDelivery
import Events
import Foundation
import Logging
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Replays that nobody waits for: the nodes drive them.
@Suite(.timeLimit(.minutes(1))) struct ReplayRunnerTests {
    @Test func `nodes share a replay, and each event is handed over once`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 120)
            let handed = Listener.transactional("tests.count", lanes: 2, from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    try await tx.execute(
                        "INSERT INTO effect (listener, subject, number) VALUES ('tests.count', 'a', \(delivered.event.number))"
                    )
                }
            }
            let operations = stage.operations(handed)
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.count", rate: 20_000))
            let ops = Operator(name: "ops", reason: "test")
            let id = try await operations.beginReplay(plan, detached: true, by: ops)
            try await Self.running(3, operations) {
                try await eventually { try await operations.replay(id).isFinished }
            }
            let numbers = try await stage.effects(of: "tests.count")
            #expect(numbers == (1...120).map { "a-\($0)" })
        }
    }

    @Test func `one that fails waits for an operator and holds up no other`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 5)
            let failing = stage.operations(counter { $0.number == 3 })
            let first = try await stage.begin(failing, detached: true)
            let plan = try await failing.planReplay(ReplayRequest(of: "tests.count", to: 2))
            let ops = Operator(name: "ops", reason: "test")
            let second = try await failing.beginReplay(plan, detached: true, by: ops)
            try await Self.running(1, failing) {
                try await eventually { try await failing.replay(first).state == .failed }
                try await eventually { try await failing.replay(second).isFinished }
            }
            let fixed = stage.operations(counter())
            _ = try await fixed.resumeReplay(first, detached: true, by: ops)
            try await Self.running(1, fixed) {
                try await eventually { try await fixed.replay(first).isFinished }
            }
            #expect(try await stage.total() == [5])
        }
    }

    @Test func `one that a program began for itself is left to it`() async throws {
        try await Stage.run { stage in
            try await stage.prepare(events: 2)
            let operations = stage.operations(counter())
            let own = try await stage.begin(operations)
            let other = try await stage.begin(operations, detached: true)
            try await Self.running(1, operations) {
                try await eventually { try await operations.replay(other).isFinished }
            }
            #expect(try await operations.replay(own).state == .planned)
        }
    }

    private static func running(
        _ count: Int,
        _ operations: OutboxOperations,
        _ body: () async throws -> Void
    ) async throws {
        let quiet = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        try await withThrowingTaskGroup { group in
            for _ in 0..<count {
                group.addTask { try await ReplayRunner(operations, every: .milliseconds(5), logger: quiet).run() }
            }
            try await body()
            group.cancelAll()
            while (try? await group.next()) != nil {}
        }
    }
}
