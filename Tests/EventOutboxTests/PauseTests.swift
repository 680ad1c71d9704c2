import EventDelivery
import Events
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// Operators stop a listener on every node and let it go on.
@Suite(.timeLimit(.minutes(1))) struct PauseTests {
    private let ada = Operator(name: "ada", reason: "the mail server is moving")

    @Test func `a paused listener stands still on every node until it is resumed`() async throws {
        try await Stage.run { stage in
            let operations = stage.operations(writer())
            try await Node.run(2, on: stage, listeners: { _ in [writer(), writer("tests.other")] }) { _ in
                try await stage.record(Ping(subject: "a", number: 1))
                try await eventually { try await stage.effects() == ["a-1"] }
                let pause = try await operations.pause("tests.write", by: ada)
                #expect(pause.pausedBy == "ada" && pause.reason == ada.reason && pause.since != nil)
                try await stage.record(Ping(subject: "a", number: 2))
                try await eventually { try await stage.effects(of: "tests.other") == ["a-1", "a-2"] }
                #expect(try await stage.effects() == ["a-1"])
                #expect(try await operations.resume("tests.write", by: ada).pausedBy == nil)
                try await eventually { try await stage.effects() == ["a-1", "a-2"] }
            }
            let log = try await stage.database.read("SELECT verb, subject FROM events.ops_log ORDER BY id")
            #expect(
                try log.map { try $0["verb"] + " " + $0["subject"] as String } == [
                    "pause tests.write", "resume tests.write",
                ]
            )
        }
    }

    @Test func `retries wait, too`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer(retry: .whenTold) { _ in true })
            try await stage.makeRetriesDue()
            try await stage.operations.pause("tests.write", by: ada)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects().isEmpty)
            try await stage.operations.resume("tests.write", by: ada)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["a-1"])
        }
    }

    @Test func `what is so already, unknown or impossible is refused`() async throws {
        try await Stage.run { stage in
            let cache = Listener.volatile("tests.cache") { VolatileReaction.on(Ping.self) { _ in } }
            try await stage.deliver(to: writer())
            let operations = stage.operations(writer(), cache)
            await #expect(throws: OutboxRefusal.self) { try await operations.resume("tests.write", by: ada) }
            try await operations.pause("tests.write", by: ada)
            await #expect(throws: OutboxRefusal.self) { try await operations.pause("tests.write", by: ada) }
            await #expect(throws: OutboxRefusal.self) { try await operations.pause("tests.cache", by: ada) }
            await #expect(throws: OutboxError.self) { try await operations.pause("tests.nobody", by: ada) }
        }
    }

    @Test func `a rehearsal changes nothing`() async throws {
        try await Stage.run { stage in
            try await stage.deliver(to: writer())
            let pause = try await stage.operations.pause("tests.write", by: ada, isRehearsal: true)
            #expect(pause.pausedBy == "ada")
            #expect(try await stage.operations.listenerStatus().first?.pausedBy == nil)
            #expect(try await stage.database.read("SELECT FROM events.ops_log").isEmpty)
        }
    }
}
