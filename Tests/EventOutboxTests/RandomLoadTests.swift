import EventFaults
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Twelve writers at once, doing what transactions do, read by two sequencers and by the two broken readers.
@Suite(.timeLimit(.minutes(5)), .serialized) struct RandomLoadTests {
    private static let subjects = (1...20).map { "s\($0)" }

    /// Names the seed in every failure. Set STORYTIME_TEST_SEED to have a run again.
    @Test func `random transactions lose, double and invert nothing`() async throws {
        let seed =
            ProcessInfo.processInfo.environment["STORYTIME_TEST_SEED"].flatMap(UInt64.init)
            ?? .random(in: 1...1_000_000)
        let prepares = try await allowsPreparedTransactions()
        try await Stage.run { stage in
            try await stage.addSubjects(Self.subjects)
            let serial = try await BrokenReader.serial(stage.database)
            let numbers = try await BrokenReader.transactionNumber(stage.database)
            try await Writer.with(stage) { straggler in
                try await straggler.begin()
                try await straggler.writeElsewhere()
                try await Self.load(stage, seed: seed, prepares: prepares, beside: [serial.read])
                let book = try await stage.book()
                #expect(
                    try await book.violations(in: stage.log().map(\.seq)) == [],
                    "seed \(seed): others were held up"
                )
                try await straggler.record("s1")
                try await straggler.commit()
            }
            try await stage.place()
            let (book, log) = (try await stage.book(), try await stage.log())
            try await serial.read()
            try await numbers.read(until: book.committed.count)
            #expect(book.committed.count > 300, "seed \(seed)")
            #expect(log.map(\.position) == Array(1...book.committed.count), "seed \(seed)")
            #expect(book.violations(in: log.map(\.seq)) == [], "seed \(seed)")
            for (reader, property) in [(serial, Property.noneLost), (numbers, .noneInverted)] {
                let violations = book.violations(in: try await reader.seen())
                #expect(violations.contains { $0.property == property.name }, "seed \(seed): the load is too tame")
            }
        }
    }

    /// Runs the writers to their end, with two sequencers and other readers going round meanwhile.
    private static func load(
        _ stage: Stage,
        seed: UInt64,
        prepares: Bool,
        beside readers: [@Sendable () async throws -> Void]
    ) async throws {
        let done = Counter()
        try await withThrowingDiscardingTaskGroup { group in
            for number in 0..<12 {
                group.addTask {
                    defer { done.add() }
                    var script = RandomScript(number, seed: seed, subjects: subjects, prepares: prepares)
                    try await Writer.with(stage) { writer in
                        for _ in 1...50 { try await script.runOne(writer) }
                    }
                }
            }
            for read in readers + [{ try await stage.place(atMost: 9) }, { try await stage.place() }] {
                group.addTask {
                    while done.count < 12 { try await read() }
                    try await read()
                }
            }
        }
    }
}

/// What one writer does, decided by dice.
private struct RandomScript {
    private var dice: Dice
    private let number: Int
    private let subjects: [String]
    private let prepares: Bool
    private var prepared = 0

    init(_ number: Int, seed: UInt64, subjects: [String], prepares: Bool) {
        dice = Dice(seed: seed &* 1_000 &+ UInt64(number))
        self.number = number
        self.subjects = subjects
        self.prepares = prepares
    }

    mutating func runOne(_ writer: Writer) async throws {
        try await writer.begin()
        if dice.roll(70) { try await writer.writeElsewhere() }
        try await dawdle(writer)
        // In one order, so that nobody deadlocks.
        for subject in subjects.shuffled(using: &dice).prefix(dice.roll(20) ? 3 : 1).sorted() {
            try await record(subject, writer)
        }
        try await dawdle(writer)
        try await end(writer)
    }

    private mutating func record(_ subject: String, _ writer: Writer) async throws {
        if dice.roll(20) {
            try await writer.run("SAVEPOINT s")
            try await writer.record(subject)
            try await writer.run(dice.roll(50) ? "ROLLBACK TO SAVEPOINT s" : "RELEASE SAVEPOINT s")
        } else {
            try await writer.record(subject)
        }
    }

    private mutating func end(_ writer: Writer) async throws {
        if dice.roll(10) {
            try await writer.run("ROLLBACK")
        } else if prepares, dice.roll(10) {
            prepared += 1
            try await writer.run("PREPARE TRANSACTION 'writer \(number) \(prepared)'")
            try await dawdle(writer)
            try await writer.run("COMMIT PREPARED 'writer \(number) \(prepared)'")
        } else {
            try await writer.commit()
        }
    }

    /// Makes the server count for a while, so that commits come in another order than inserts.
    private mutating func dawdle(_ writer: Writer) async throws {
        guard dice.roll(50) else { return }
        try await writer.run("SELECT count(*) FROM generate_series(1, \(Int.random(in: 1...20_000, using: &dice)))")
    }
}
