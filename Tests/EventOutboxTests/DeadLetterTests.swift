import EventDelivery
import Events
import Foundation
import Postgres
import StrictJSON
import Testing

@testable import EventOutbox

/// Operators see what failed for good, by cause, and mend it.
@Suite(.timeLimit(.minutes(1))) struct DeadLetterTests {
    private let ada = Operator(name: "ada", reason: "tests")

    struct Gone: Error, CustomStringConvertible {
        let number: Int
        var description: String { "story \(number) is gone" }
    }

    /// Fails at the first ping of each subject whose name is listed, for one of two reasons.
    private func failing(_ name: String = "tests.write", at subjects: Set<String>) -> Listener {
        Listener.transactional(name, lanes: 2, retry: .never, from: .beginning) {
            Reaction.on(Ping.self) { delivered, tx in
                let ping = delivered.event
                if subjects.contains(ping.subject), ping.number == 1 {
                    throw ping.subject.hasPrefix("g") ? Gone(number: Int(delivered.envelope.position)) : Refusal()
                }
                try await tx.execute(
                    "INSERT INTO effect (listener, subject, number) VALUES (\(name), \(ping.subject), \(ping.number))"
                )
            }
        }
    }

    private func prepare(_ stage: Stage) async throws {
        for subject in ["g1", "g2", "r1", "ok"] {
            for number in 1...3 { try await stage.record(Ping(subject: subject, number: number)) }
        }
        try await stage.deliver(to: failing(at: ["g1", "g2", "r1"]))
        #expect(try await stage.effects() == ["ok-1", "ok-2", "ok-3"])
    }

    @Test func `they are grouped by listener and cause`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            let groups = try await stage.operations.deadLetterGroups()
            #expect(groups.map(\.count) == [2, 1])
            #expect(groups.map(\.heldBehind) == [4, 2])
            #expect(groups.map(\.errorType) == ["Gone", "Refusal"])
            #expect(groups.map(\.message) == ["story <number> is gone", "Refusal()"])
            #expect(groups.map(\.names) == [["tests.ping"], ["tests.ping"]])
            #expect(groups[0].sample.error == "story 4 is gone" && groups[0].oldest <= groups[0].newest)
        }
    }

    @Test func `they are found by listener, event, name, key, cause, age and state`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            func found(_ change: (inout DeadLetterFilter) -> Void) async throws -> [Int] {
                var filter = DeadLetterFilter()
                change(&filter)
                return try await stage.operations.deadLetters(filter).map(\.position)
            }
            let cause = try await stage.operations.deadLetterGroups()[0].cause
            #expect(try await found { _ in } == [1, 4, 7])
            #expect(try await found { $0.listener = "tests.other" } == [])
            #expect(try await found { $0.event = "4" } == [4])
            let id = try #require(try await stage.operations.events(EventFilter(after: 6, limit: 1)).first?.id)
            #expect(try await found { $0.event = id.uuidString } == [7])
            #expect(try await found { $0.name = "tests.pong" } == [])
            #expect(try await found { $0.key = "subject:g2" } == [4])
            #expect(try await found { $0.cause = cause } == [1, 4])
            #expect(try await found { $0.olderThan = .seconds(3_600) } == [])
            #expect(try await found { $0.newerThan = .seconds(3_600) } == [1, 4, 7])
            #expect(try await found { $0.states = [.parked] } == [2, 3, 5, 6, 8, 9])
            await #expect(throws: OutboxError.self) { try await found { $0.event = "nonsense" } }
        }
    }

    @Test func `a group that is retried after the fix drains in order, and nothing else`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            var filter = DeadLetterFilter()
            filter.cause = try await stage.operations.deadLetterGroups()[0].cause
            let rehearsed = try await stage.operations.retry(filter, by: ada, isRehearsal: true)
            #expect(rehearsed.count == 2)
            #expect(try await stage.operations.deadLetters().count == 3)
            #expect(try await stage.operations.retry(filter, by: ada) == rehearsed)
            try await stage.deliver(to: failing(at: ["r1"]))
            #expect(try await stage.effects().filter { $0.hasPrefix("g1") } == ["g1-1", "g1-2", "g1-3"])
            #expect(try await stage.effects().filter { $0.hasPrefix("g2") } == ["g2-1", "g2-2", "g2-3"])
            #expect(
                try await stage.deviations() == ["dead subject:r1 1", "parked subject:r1 0", "parked subject:r1 0"]
            )
            #expect(try await stage.log(of: "dead retry") == ["ada cause \(filter.cause ?? "") tests"])
            await #expect(throws: OutboxRefusal.self) { try await stage.operations.retry(filter, by: ada) }
        }
    }

    @Test func `a rate spreads them`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            let result = try await stage.operations.retry(DeadLetterFilter(), perSecond: 0.01, by: ada)
            #expect(result == DeadLetterRetry(count: 3, lastDueInSeconds: 200))
            try await stage.deliver(to: failing(at: []))
            #expect(try await stage.effects() == ["ok-1", "ok-2", "ok-3", "g1-1", "g1-2", "g1-3"])
            #expect(try await stage.deviations().count { $0.hasPrefix("retrying") } == 2)
        }
    }

    @Test func `what is discarded is skipped and its key goes on`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            var filter = DeadLetterFilter()
            filter.event = "1"
            filter.listener = "tests.write"
            let rehearsed = try await stage.operations.discard(filter, by: ada, isRehearsal: true)
            #expect(rehearsed == DeadLetterDiscard(count: 1, released: 1))
            #expect(try await stage.operations.discard(filter, by: ada) == rehearsed)
            try await stage.deliver(to: failing(at: ["g1", "g2", "r1"]))
            #expect(try await stage.effects().filter { $0.hasPrefix("g1") } == ["g1-2", "g1-3"])
            #expect(try await stage.operations.show("1").deliveries.first?.state == "skipped")
            #expect(
                try await stage.operations(failing(at: [])).explain("1").deliveries[0].because
                    == "skipped by ada: tests"
            )
            let held = try await stage.database.read("SELECT sum(deviations)::bigint AS held FROM events.cursor")
            #expect(try held[0]["held"] as Int == 6)
            await #expect(throws: OutboxRefusal.self) { try await stage.operations.discard(filter, by: ada) }
        }
    }

    @Test func `a parked event that is discarded leaves the order of the others`() async throws {
        try await Stage.run { stage in
            try await prepare(stage)
            var filter = DeadLetterFilter()
            filter.event = "2"
            filter.states = [.parked]
            #expect(try await stage.operations.discard(filter, by: ada) == DeadLetterDiscard(count: 1, released: 0))
            _ = try await stage.operations.retry(DeadLetterFilter(), by: ada)
            try await stage.deliver(to: failing(at: []))
            #expect(try await stage.effects().filter { $0.hasPrefix("g1") } == ["g1-1", "g1-3"])
        }
    }

    @Test func `an edit is what the listener gets, and the event stays as it was`() async throws {
        try await Stage.run { stage in
            try await stage.recordUnreadable(subject: "a")
            try await stage.record(Ping(subject: "a", number: 2))
            try await stage.deliver(to: writer())
            let operations = stage.operations(writer())
            let mended: JSON = ["subject": "a", "number": 7]
            _ = try await operations.edit("1", of: "tests.write", payload: mended, by: ada, isRehearsal: true)
            #expect(try await operations.deadLetter("1").first?.edit == nil)
            let edit = try await operations.edit("1", of: "tests.write", payload: mended, by: ada)
            #expect(edit.changes == [JSONChange(path: "/number", before: nil, after: 7)])
            let shown = try #require(try await operations.deadLetter("1").first)
            #expect(shown.payload == ["subject": "a"] && shown.edit?.payload == mended && shown.heldBehind == 1)
            #expect(shown.edit?.editedBy == "ada" && shown.edit?.changes == edit.changes)
            _ = try await operations.retry(DeadLetterFilter(), by: ada)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["a-7", "a-2"])
            #expect(try await operations.show("1").event.payload == ["subject": "a"])
            #expect(try await stage.log(of: "dead edit") == ["ada tests.write 1 tests"])
        }
    }

    @Test func `an edit that the event's type cannot read, or that is about something else, is refused`() async throws {
        try await Stage.run { stage in
            try await stage.recordUnreadable(subject: "a")
            try await stage.deliver(to: writer())
            let operations = stage.operations(writer())
            func refusal(_ payload: JSON, _ event: String = "1") async -> String {
                do {
                    _ = try await operations.edit(event, of: "tests.write", payload: payload, by: ada)
                    return "none"
                } catch {
                    return "\(error)"
                }
            }
            #expect(await refusal(["subject": "a", "number": "seven"]).contains("cannot be decoded"))
            #expect(
                await refusal(["subject": "b", "number": 7])
                    == "the payload is about subject:b and the event about subject:a; keep what it is about"
            )
            #expect(await refusal(["subject": "a", "number": 7], "99").contains("is not held back"))
            #expect(try await stage.database.read("SELECT FROM events.edit").isEmpty)
        }
    }
}

extension Stage {
    fileprivate func log(of verb: String) async throws -> [String] {
        try await database.read(
            "SELECT operator || ' ' || subject || ' ' || reason AS line FROM events.ops_log WHERE verb = \(verb) ORDER BY id"
        ).map { try $0["line"] }
    }
}
