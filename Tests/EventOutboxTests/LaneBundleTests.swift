import EventDelivery
import Events
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

@Suite(.timeLimit(.minutes(5))) struct LaneBundleTests {
    /// Runs all lanes of a listener together, as a process does that has proven them.
    private func runTogether(
        _ listener: Listener,
        on stage: Stage,
        memory: LogMemory = LogMemory()
    ) async throws -> [Lane: LaneOutcome] {
        let lanes = try await CursorStore(database: stage.database).register(listener).map(\.lane)
        let bus = EventBus(listeners: [])
        try await bus.append(Sequencer(stage.database).tick().events)
        let life = ProcessLife()
        for lane in lanes { life.handled(0, of: lane, more: false, batch: 1) }
        let runner = LaneRunner(
            database: stage.database,
            bus: bus,
            configuration: OutboxConfiguration(),
            life: life,
            memory: memory
        )
        return try await runner.run(listener, lanes)
    }

    @Test func `lanes that go together share a transaction and keep to the order of the log`() async throws {
        try await Stage.run { stage in
            for number in 1...3 {
                for subject in ["a", "b", "c", "d", "e"] {
                    try await stage.record(Ping(subject: subject, number: number))
                }
            }
            let outcomes = try await runTogether(writer(), on: stage)
            #expect(outcomes.values.allSatisfy { if case .moved(15, _, false) = $0 { true } else { false } })
            let expected = (1...3).flatMap { number in ["a", "b", "c", "d", "e"].map { "\($0)-\(number)" } }
            #expect(try await stage.effects() == expected)
            let transactions = try await stage.database.read("SELECT count(DISTINCT xmin::text) AS n FROM effect")
            #expect(try transactions[0]["n"] == 1)
            #expect(try await stage.deliver(to: writer()) == 0)
        }
    }

    @Test func `an event that fails holds back its key alone`() async throws {
        try await Stage.run { stage in
            for number in 1...2 {
                for subject in ["a", "b", "c", "d"] { try await stage.record(Ping(subject: subject, number: number)) }
            }
            let picky = writer { $0.subject == "b" && $0.number == 1 }
            _ = try await runTogether(picky, on: stage)
            #expect(Set(try await stage.effects()) == ["a-1", "a-2", "c-1", "c-2", "d-1", "d-2"])
            #expect(try await stage.deviations() == ["retrying subject:b 1", "parked subject:b 0"])
            try await stage.makeRetriesDue()
            try await stage.deliver(to: writer())
            #expect(try await stage.effects().suffix(2) == ["b-1", "b-2"])
        }
    }

    @Test func `a lane with something set aside goes alone, and nothing passes what it holds back`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer { $0.subject == "b" })
            for subject in ["a", "b", "c", "d"] { try await stage.record(Ping(subject: subject, number: 2)) }
            _ = try await runTogether(writer(), on: stage)
            #expect(Set(try await stage.effects()) == ["a-2", "c-2", "d-2"])
            #expect(try await stage.deviations() == ["retrying subject:b 1", "parked subject:b 0"])
        }
    }

    @Test func `a lane that another node has is left out, and the others go`() async throws {
        try await Stage.run { stage in
            for subject in ["a", "b", "c", "d", "e", "f"] { try await stage.record(Ping(subject: subject, number: 1)) }
            _ = try await CursorStore(database: stage.database).register(writer())
            let outcomes = try await Writer.with(stage) { other in
                try await other.begin()
                try await other.run("SELECT 1 FROM events.cursor WHERE lane = 1 FOR UPDATE")
                let outcomes = try await runTogether(writer(), on: stage)
                try await other.commit()
                return outcomes
            }
            #expect(outcomes.filter { $0.value == .busy }.map(\.key.index) == [1])
            let others = Set(["a", "b", "c", "d", "e", "f"].filter { OrderingKey("subject", $0).slot % 4 != 1 })
            #expect(Set(try await stage.effects()) == Set(others.map { "\($0)-1" }))
        }
    }

    @Test func `what is remembered of another incarnation of the server is not handed over`() async throws {
        try await Stage.run { stage in
            for subject in ["a", "b"] { try await stage.record(Ping(subject: subject, number: 1)) }
            let memory = LogMemory()
            memory.begin(UUID())
            let outcomes = try await runTogether(writer(), on: stage, memory: memory)
            #expect(outcomes.values.allSatisfy { $0 == .failed })
            #expect(try await stage.effects().isEmpty)
        }
    }

    @Test func `a paused listener does not run`() async throws {
        try await Stage.run { stage in
            for subject in ["a", "b"] { try await stage.record(Ping(subject: subject, number: 1)) }
            _ = try await CursorStore(database: stage.database).register(writer())
            try await stage.database.transaction { tx in tx.send("UPDATE events.listener SET paused_at = now()") }
            let outcomes = try await runTogether(writer(), on: stage)
            #expect(outcomes.values.allSatisfy { $0 == .paused })
            #expect(try await stage.effects().isEmpty)
        }
    }
}
