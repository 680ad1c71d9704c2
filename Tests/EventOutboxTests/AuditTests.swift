import EventDelivery
import Events
import Foundation
import Postgres
import Testing

@testable import EventOutbox

/// Every way in which the tables can lie is tried: the audit must name each, and nothing else.
@Suite(.timeLimit(.minutes(2))) struct AuditTests {
    @Test func `a log at work is clean, with everything accounted for`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            for number in 1...30 { try await stage.record(Ping(subject: "s\(number % 7)", number: number)) }
            let failing = writer(retry: .exponential(attempts: 1)) { $0.number == 8 }
            try await stage.deliver(to: failing)
            for number in 31...35 { try await stage.record(Ping(subject: "new", number: number)) }
            try await stage.place()
            try await stage.record(Ping(subject: "unplaced", number: 1))
            let report = try await stage.operations.audit()
            #expect(report.findings == [] && report.notes == [] && !report.isTruncated)
            #expect(report.events == 35 && report.from == 1 && report.to == 35)
            let listener = try #require(report.listeners.first)
            #expect(listener.heard == 35 && listener.waiting == 5 && listener.heldBack == 4 && listener.passed == 26)
        }
    }

    @Test func `an empty log is clean`() async throws {
        try await Stage.run { stage in
            let report = try await stage.operations.audit()
            #expect(report.isClean && report.events == 0)
            await #expect(throws: OutboxError.self) { try await stage.operations.audit(from: 3, through: 2) }
            await #expect(throws: OutboxError.self) { try await stage.operations.audit(of: "tests.nobody") }
        }
    }

    /// What is done to the tables, and what has to be found.
    static let lies: [(sql: String, finding: String)] = [
        ("DELETE FROM events.log WHERE position = 3", "gap 3, lost -"),
        ("UPDATE events.log SET position = 999 WHERE position = 10", "gap 10"),
        ("DELETE FROM events.event WHERE seq = (SELECT seq FROM events.log WHERE position = 4)", "orphan 4"),
        ("UPDATE events.log SET slot = (slot + 1) % 256 WHERE position = 5", "miscopied 5"),
        ("UPDATE events.log SET name = 'tests.pong' WHERE position = 5", "miscopied 5"),
        ("UPDATE events.cursor SET position = 99 WHERE lane = 0", "cursor-ahead 99"),
        ("UPDATE events.cursor SET deviations = 3 WHERE lane = 0", "miscounted 10"),
        (
            "INSERT INTO events.deviation (listener, position, lane, key, state) VALUES "
                + "('tests.write', 77, 0, 'subject:a', 'skipped')", "ahead-of-cursor 77, unknown-event 77"
        ),
        (
            "ALTER TABLE events.log_1 DROP CONSTRAINT log_1_seq_key; INSERT INTO events.log (position, seq, name, slot) "
                + "SELECT 11, seq, name, slot FROM events.log WHERE position = 10; UPDATE events.tick SET position = 11 "
                + "WHERE position = 10; UPDATE events.cursor SET position = 11", "doubled 11"
        ),
    ]

    @Test(arguments: lies) func `what is wrong is found`(lie: (sql: String, finding: String)) async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            try await stage.change(lie.sql)
            let report = try await stage.operations.audit()
            let found = Set(report.findings.map { "\($0.kind) \($0.position.map(String.init) ?? "-")" })
            #expect(found == Set(lie.finding.split(separator: ", ").map(String.init)))
        }
    }

    @Test func `events that no lane will ever reach are named`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            try await stage.change("DELETE FROM events.cursor")
            let report = try await stage.operations.audit(of: "tests.write")
            #expect(report.findings.count { $0.kind == "unaccounted" } == 10)
            #expect(report.findings.count { $0.kind == "no-cursor" } == 4)
        }
    }

    @Test func `an event that overtook a failed one of its key is named`() async throws {
        try await Stage.run { stage in
            let failing = writer(retry: .exponential(attempts: 1)) { $0.number == 1 }
            for number in 1...3 { try await stage.record(Ping(subject: "a", number: number)) }
            try await stage.deliver(to: failing)
            #expect(try await stage.operations.audit().isClean)
            // As if position 2 had been handled although position 1 has failed.
            try await stage.change("DELETE FROM events.deviation WHERE position = 2")
            try await stage.change("UPDATE events.cursor SET deviations = 2 WHERE deviations = 3")
            let findings = try await stage.operations.audit().findings
            #expect(findings.map(\.kind) == ["overtaken"] && findings.map(\.position) == [2])
            // As if somebody had removed the failed event and left those behind it parked.
            try await stage.change("DELETE FROM events.deviation WHERE position = 1")
            try await stage.change("UPDATE events.cursor SET deviations = 1 WHERE deviations = 2")
            #expect(try await stage.operations.audit().findings.map(\.kind) == ["stuck"])
        }
    }

    @Test func `an event placed behind a later one of its key is the sequencer's fault if it was visible`() async throws
    {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.place()
            try await stage.record(Ping(subject: "a", number: 2))
            try await stage.place()
            try await stage.change(
                "UPDATE events.log SET position = 9 WHERE position = 1; UPDATE events.log SET position = 1 WHERE "
                    + "position = 2; UPDATE events.log SET position = 2 WHERE position = 9"
            )
            let findings = try await stage.operations.audit().findings
            #expect(findings.map(\.kind) == ["inverted"] && findings.map(\.position) == [2])
        }
    }

    @Test func `an event whose transaction did not lock its key is a note`() async throws {
        try await Stage.run { stage in
            try await Writer.with(stage) { slow in
                try await slow.begin()
                try await slow.insert("a", 1)
                try await stage.record(Ping(subject: "a", number: 2))
                try await stage.place()
                try await slow.commit()
            }
            try await stage.place()
            let report = try await stage.operations.audit()
            #expect(report.isClean && report.notes.map(\.kind) == ["unlocked"])
        }
    }

    @Test func `a batch that was cut short is no loss, and a loss within it is`() async throws {
        try await Stage.run { stage in
            for number in 1...9 { try await stage.record(Ping(subject: "a", number: number)) }
            _ = try await Sequencer(stage.database, limit: 4).tick()
            let report = try await stage.operations.audit()
            #expect(report.findings == [] && report.events == 4)
            try await stage.change("DELETE FROM events.log WHERE position = 2")
            #expect(try await Set(stage.operations.audit().findings.map(\.kind)) == ["gap", "lost"])
        }
    }

    @Test func `nothing is claimed about the transaction numbers of another cluster`() async throws {
        try await Stage.run { stage in
            try await Self.fill(stage)
            try await stage.change("UPDATE events.cluster SET system_identifier = 1")
            await #expect(throws: OutboxError.self) { try await stage.operations.audit() }
        }
    }

    @Test func `it is clean at every moment of live traffic`() async throws {
        try await Stage.run { stage in
            let failing = writer(retry: .exponential(attempts: 2, from: .milliseconds(1))) { $0.number % 10 == 0 }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for number in 1...150 { try await stage.record(Ping(subject: "s\(number % 5)", number: number)) }
                }
                group.addTask { for _ in 1...20 { try await stage.deliver(to: failing) } }
                group.addTask {
                    for _ in 1...10 {
                        let report = try await stage.operations.audit()
                        #expect(report.findings == [])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func fill(_ stage: Stage) async throws {
        try await stage.deliver(to: writer())
        for number in 1...10 { try await stage.record(Ping(subject: "a\(number)", number: number)) }
        try await stage.deliver(to: writer())
        try await stage.change("UPDATE events.cursor SET position = 10")
    }
}

extension Stage {
    /// Does what no program should do to the tables.
    func change(_ script: String) async throws {
        try await Session.with(database.configuration) { _ = try await $0.run(script) }
    }
}
