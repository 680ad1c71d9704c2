import EventDelivery
import EventFaults
import Events
import Foundation
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

/// Effects happen once and in order, whatever becomes of connections and nodes.
@Suite(.timeLimit(.minutes(5)), .serialized) struct ExactlyOnceTests {
    private static let subjects = (1...12).map { "s\($0)" }

    @Test func `two nodes share the work`() async throws {
        try await Stage.run { stage in
            try await stage.addSubjects(Self.subjects)
            try await Node.run(2, on: stage, listeners: Self.listeners) { nodes in
                await Self.produce(on: nodes, seed: 7, transactions: 40)
                try await Self.settle(stage)
            }
            try await Self.check(stage, "")
        }
    }

    @Test func `killed connections lose and double nothing`() async throws {
        let seed =
            ProcessInfo.processInfo.environment["STORYTIME_TEST_SEED"].flatMap(UInt64.init)
            ?? .random(in: 1...1_000_000)
        try await Stage.run { stage in
            try await stage.addSubjects(Self.subjects)
            try await Node.run(2, on: stage, listeners: Self.listeners) { nodes in
                let killed = Counter()
                try await withThrowingDiscardingTaskGroup { group in
                    group.addTask { try await Self.kill(on: stage, seed: seed, counter: killed) }
                    var round = seed
                    repeat {
                        await Self.produce(on: nodes, seed: round, transactions: 60)
                        round += 1
                    } while killed.count <= 20
                    group.cancelAll()
                }
                try await Self.settle(stage)
            }
            try await Self.check(stage, "seed \(seed)")
        }
    }

    // MARK: Listeners

    /// One that writes event by event and announces, one for whole batches, one that hears what the first announces.
    private static func listeners(_ outbox: Outbox) -> [Listener] {
        [
            Listener.transactional("tests.each", lanes: 4, from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    let ping = delivered.event
                    try await write("tests.each", [ping], in: tx)
                    try outbox.recorder.record(Pong(subject: ping.subject, number: ping.number), in: tx)
                }
            },
            Listener.transactional("tests.batch", lanes: 3, from: .beginning) {
                Reaction.onBatch(of: Ping.self) { delivered, tx in
                    try await write("tests.batch", delivered.map(\.event), in: tx)
                }
            },
            Listener.transactional("tests.echo", lanes: 2, from: .beginning) {
                Reaction.on(Pong.self) { delivered, tx in
                    let pong = delivered.event
                    try await write("tests.echo", [Ping(subject: pong.subject, number: pong.number)], in: tx)
                }
            },
        ]
    }

    private static func write(_ listener: String, _ pings: [Ping], in tx: borrowing Transaction) async throws {
        try await tx.execute(
            """
            INSERT INTO effect (listener, subject, number)
            SELECT \(listener), * FROM unnest(\(pings.map(\.subject)), \(pings.map(\.number)))
            """
        )
    }

    // MARK: Load

    /// Eight tasks that change aggregates and record it. One whose connection is killed does not know whether it
    /// happened, and need not: the database does.
    private static func produce(on nodes: [Node], seed: UInt64, transactions: Int) async {
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    var dice = Dice(seed: seed &* 100 &+ UInt64(task))
                    for _ in 0..<transactions {
                        let subject = subjects.randomElement(using: &dice) ?? "s1"
                        let node = nodes[task % nodes.count]
                        try? await node.database.transaction { tx in
                            let row = try await tx.query(
                                "UPDATE subject SET number = number + 1 WHERE name = \(subject) RETURNING number"
                            )[0]
                            try node.outbox.recorder.record(Ping(subject: subject, number: try row["number"]), in: tx)
                        }
                    }
                }
            }
        }
    }

    /// Ends some of the nodes' connections, again and again, whenever more effects have been written, until cancelled.
    private static func kill(on stage: Stage, seed: UInt64, counter: Counter) async throws {
        var dice = Dice(seed: seed)
        var next = 0
        while !Task.isCancelled {
            // A machine under load may be too slow for a statement: the next one does.
            let rows = try? await stage.database.read(
                """
                SELECT pid, (SELECT count(*) FROM effect) AS effects FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'storytime-node/%' ORDER BY pid
                """
            )
            guard let rows, let effects: Int = try rows.first?["effects"], effects >= next else { continue }
            next = effects + Int.random(in: 1...20, using: &dice)
            let victims: [Int] = try rows.shuffled(using: &dice).prefix(2).map { try $0["pid"] }
            let result = try? await stage.database.read(
                "SELECT pg_terminate_backend(pid::int) FROM unnest(\(victims)) AS pid"
            )
            for _ in 0..<(result?.count ?? 0) { counter.add() }
        }
    }

    // MARK: Checking

    private static func settle(_ stage: Stage) async throws {
        try await eventually {
            let status = try await stage.operations.status()
            return status.isSettled && status.head > 0
        }
    }

    private static func check(_ stage: Stage, _ comment: Comment) async throws {
        let pings = try await stage.book().committed.values.map(\.description)
        #expect(pings.count > 50, comment)
        #expect(try await stage.deviations().isEmpty, comment)
        for listener in ["tests.each", "tests.batch", "tests.echo"] {
            let effects = try await stage.effects(of: listener)
            #expect(effects.sorted() == pings.sorted(), comment)
            for subject in subjects {
                let numbers = effects.filter { $0.hasPrefix(subject + "-") }.compactMap {
                    Int($0.dropFirst(subject.count + 1))
                }
                #expect(numbers == numbers.sorted(), comment)
            }
        }
        let pongs = try await stage.database.read(
            "SELECT count(*) AS count FROM events.event WHERE name = 'tests.pong'"
        )
        #expect(try pongs[0]["count"] as Int == pings.count, comment)
    }
}
