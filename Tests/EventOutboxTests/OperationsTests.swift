import EventDelivery
import Events
import Foundation
import Postgres
import Testing

@testable import EventOutbox

/// What operators see.
@Suite(.timeLimit(.minutes(1))) struct OperationsTests {
    @Test func `status counts what waits and what is held back`() async throws {
        try await Stage.run { stage in
            let listener = writer { $0.number == 1 }
            try await stage.deliver(to: listener)
            try await stage.record(Ping(subject: "bad", number: 1), Ping(subject: "bad", number: 2))
            var status = try await stage.operations(listener).status()
            #expect(status.head == 0 && status.unplaced == 2 && status.lastBatchAt == nil && !status.isSettled)
            try await stage.place()
            status = try await stage.operations(listener).status()
            #expect(status.head == 2 && status.unplaced == 0 && status.listeners.first?.waiting == 2)
            #expect(status.listeners.first?.behind == 2 && status.listeners.first?.waitingSince != nil)
            try await stage.deliver(to: listener)
            let held = try #require(try await stage.operations(listener).listenerStatus().first)
            #expect(held.waiting == 0 && held.retrying == 1 && held.parked == 1 && held.dead == 0 && held.isKnown)
            #expect(try await stage.operations.listenerStatus().first?.isKnown == false)
        }
    }

    @Test func `show tells how each listener stands to an event`() async throws {
        try await Stage.run { stage in
            let good = writer("tests.good")
            let bad = writer("tests.bad", retry: .exponential(attempts: 1)) { $0.number == 1 }
            let late = Listener.transactional("tests.late", from: .now) { Reaction.on(Ping.self) { _, _ in } }
            let deaf = Listener.transactional("tests.deaf") { Reaction.on(Pong.self) { _, _ in } }
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: good, bad, deaf)
            try await stage.deliver(to: good, bad, deaf, late)
            try await stage.record(Ping(subject: "a", number: 3))
            try await stage.place()
            try await stage.record(Ping(subject: "a", number: 4))
            #expect(try await stage.states("1") == ["bad dead", "good handled", "late earlier"])
            #expect(try await stage.states("2") == ["bad parked", "good handled", "late earlier"])
            #expect(try await stage.states("3") == ["bad waiting", "good waiting", "late waiting"])
            let newest = try await stage.database.read("SELECT id FROM events.event ORDER BY seq DESC LIMIT 1")
            let id: UUID = try newest[0]["id"]
            #expect(try await stage.states(id.uuidString) == ["bad unplaced", "good unplaced", "late unplaced"])
            await #expect(throws: OutboxError.self) { try await stage.operations.show("99") }
            await #expect(throws: OutboxError.self) { try await stage.operations.show("no such event") }
        }
    }

    @Test func `events are found by name, key and position`() async throws {
        try await Stage.run { stage in
            for number in 1...5 {
                try await stage.record(Ping(subject: "a", number: number), Ping(subject: "b", number: number))
            }
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
            }
            try await stage.place()
            func positions(_ filter: EventFilter) async throws -> [Int] {
                try await stage.operations.events(filter).map(\.position)
            }
            #expect(try await positions(EventFilter(limit: 3)) == [9, 10, 11])
            #expect(try await positions(EventFilter(after: 3, limit: 2)) == [4, 5])
            #expect(try await positions(EventFilter(name: "tests.pong")) == [11])
            #expect(try await positions(EventFilter(key: "subject:b", limit: 2)) == [8, 10])
            #expect(
                try await positions(EventFilter(name: "tests.ping", key: "subject:a", after: 0, limit: 2)) == [1, 3]
            )
        }
    }

    @Test func `a paused listener waits and goes on where it stood`() async throws {
        try await Stage.run { stage in
            let listener = writer()
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: listener)
            try await stage.pause("now(), paused_by = 'ops'")
            try await stage.record(Ping(subject: "a", number: 2))
            #expect(try await stage.deliver(to: listener, writer("tests.other")) == 2)
            #expect(try await stage.effects() == ["a-1"])
            #expect(try await stage.operations.listenerStatus().first?.pausedBy == "ops")
            try await stage.pause("NULL, paused_by = NULL")
            try await stage.deliver(to: listener)
            #expect(try await stage.effects() == ["a-1", "a-2"])
        }
    }
}

extension Stage {
    func operations(_ listeners: Listener...) -> OutboxOperations { OutboxOperations(database, listeners: listeners) }

    fileprivate func states(_ reference: String) async throws -> [String] {
        try await operations.show(reference).deliveries.map { "\($0.listener.dropFirst("tests.".count)) \($0.state)" }
    }

    fileprivate func pause(_ setting: String) async throws {
        try await database.transaction { tx in
            _ = try await tx.execute(
                "UPDATE events.listener SET paused_at = \(raw: setting) WHERE name = 'tests.write'"
            )
        }
    }
}
