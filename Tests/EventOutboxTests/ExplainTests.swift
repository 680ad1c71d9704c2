import EventDelivery
import Events
import Foundation
import Postgres
import Testing

@testable import EventOutbox

/// The facts behind an explanation, gathered from a real outbox.
@Suite(.timeLimit(.minutes(1))) struct ExplainTests {
    private let ada = Operator(name: "ada", reason: "tests")

    @Test func `each listener has its own reason`() async throws {
        try await Stage.run { stage in
            let good = writer("tests.good")
            let bad = writer("tests.bad", retry: .never) { $0.number == 1 }
            let slow = writer("tests.slow", retry: .whenTold) { $0.number == 1 }
            let late = Listener.transactional("tests.late", from: .now) { Reaction.on(Ping.self) { _, _ in } }
            let deaf = Listener.transactional("tests.deaf") { Reaction.on(Pong.self) { _, _ in } }
            let cache = Listener.volatile("tests.cache") { VolatileReaction.on(Ping.self) { _ in } }
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: good, bad, slow, deaf)
            try await stage.deliver(to: good, bad, slow, deaf, late)
            let operations = stage.operations(good, bad, slow, late, deaf, cache)

            let first = try await operations.explain("1")
            #expect(first.summary == "position 1 of 2, heard by 5 listeners")
            #expect(
                first.states == [
                    "bad dead", "cache volatile", "good handled", "late beforeStart", "slow retrying",
                ]
            )
            let second = try await operations.explain("2")
            #expect(
                second.states == [
                    "bad heldBack", "cache volatile", "good handled", "late beforeStart", "slow heldBack",
                ]
            )
            #expect(second.deliveries[0].because == "held back behind event 1 of its key, which is dead: Refusal()")
            #expect(try await operations.explain("1", listener: "tests.deaf").states == ["deaf notHeard"])
            await #expect(throws: OutboxError.self) { try await operations.explain("1", listener: "tests.nobody") }
            #expect(try await stage.operations(good).explain("1", listener: "tests.bad").states == ["bad dead"])
        }
    }

    @Test func `an event on its way says where it is`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            try await stage.deliver(to: listener)
            let operations = stage.operations(listener)
            try await stage.record(Ping(subject: "a", number: 1))
            let rows = try await stage.database.read("SELECT id FROM events.event")
            let id = (try rows[0]["id"] as UUID).uuidString
            #expect(try await operations.explain(id).states == ["write unplaced"])
            for number in 2...4 { try await stage.record(Ping(subject: "a", number: number)) }
            try await stage.place()
            let waiting = try await operations.explain("4")
            #expect(waiting.states == ["write waiting"])
            #expect(waiting.deliveries[0].because.hasPrefix("its lane 0 stands at 0, with 3 events before this one"))
            try await operations.pause("tests.write", by: ada)
            #expect(try await operations.explain("4").deliveries[0].because.hasPrefix("paused by ada"))
            try await operations.resume("tests.write", by: ada)
            try await stage.deliver(to: listener)
            #expect(try await operations.explain("4").states == ["write handled"])
            #expect(try await stage.operations.explain("4").states == ["write handled"])
        }
    }

    @Test func `a replay on its way is named`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            for number in 1...3 { try await stage.record(Ping(subject: "a", number: number)) }
            try await stage.deliver(to: listener)
            let operations = stage.operations(listener)
            let plan = try await operations.planReplay(ReplayRequest(of: "tests.write", from: 2, to: 3))
            _ = try await operations.beginReplay(plan, by: ada)
            #expect(try await operations.explain("1").states == ["write handled"])
            #expect(try await operations.explain("3").states == ["write replaying"])
        }
    }

    @Test func `what nobody hears and what is not there is said in the summary`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
            }
            try await stage.place()
            let operations = stage.operations(writer())
            #expect(try await operations.explain("1").summary == "no listener hears tests.pong")
            #expect(try await operations.explain("9").summary == "the log ends at 1; there is no event 9 yet")
            #expect(try await operations.explain("x").summary == "x is neither an identifier nor a position")
        }
    }

    @Test func `an event that is not committed may be in a transaction that is open`() async throws {
        try await Stage.run { stage in
            try await Writer.with(stage) { writer in
                try await writer.begin()
                try await writer.insert("a", 1)
                let rows = try await writer.run("SELECT id, pg_backend_pid() FROM events.event")
                let explanation = try await stage.operations.explain(try #require(rows[0][0]))
                #expect(explanation.event == nil)
                #expect(
                    explanation.summary.contains("open are") && explanation.summary.contains("pid \(rows[0][1] ?? "")")
                )
                try await writer.commit()
            }
        }
    }
}

extension Explanation {
    fileprivate var states: [String] {
        deliveries.map { "\($0.listener.dropFirst("tests.".count)) \($0.state.rawValue)" }
    }
}
