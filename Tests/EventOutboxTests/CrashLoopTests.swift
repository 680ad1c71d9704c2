import EventDelivery
import Events
import Foundation
import Postgres
import TestSupport
import Testing

@testable import EventOutbox

/// An event that ends every process that touches it is found, and set aside after a few of them.
///
/// A life ends here as it does by `kill -9`, for all that the database sees: in the middle of a transaction the
/// connection is gone, and nobody comes to say why.
@Suite(.timeLimit(.minutes(2))) struct CrashLoopTests {
    @Test func `it is dead after a few lives and all others pass`() async throws {
        try await Stage.run { stage in
            for number in 1...30 { try await stage.record(Ping(subject: "s\(number % 10)", number: number)) }
            let lives = try await stage.live(until: 10) { $0.number == 17 }
            #expect(lives.crashes <= 4)
            let deviations = try await stage.deviations()
            // In the first life the event was one of a batch; attempts are counted from the second on.
            let attempts = lives.crashes - 1...lives.crashes
            #expect(attempts.map { "dead subject:s7 \($0)" }.contains(deviations.first), "\(deviations)")
            #expect(deviations.dropFirst() == ["parked subject:s7 0"])
            #expect(try await stage.effects().count == 28)
            #expect(try await Set(stage.effects()).count == 28)
            let error = try await stage.operations.show("17").deliveries.first?.error
            #expect(error == "the process ended 3 times while this event was being handled")
        }
    }

    @Test func `once it is mended its key goes on in order`() async throws {
        try await Stage.run { stage in
            for number in 1...6 { try await stage.record(Ping(subject: "a", number: number)) }
            _ = try await stage.live(until: 10) { $0.number == 2 }
            try await stage.database.transaction { tx in
                try await tx.execute(
                    """
                    UPDATE events.deviation SET state = 'retrying', next_attempt_at = now(), attempts = 0, crashes = 0
                    WHERE state = 'dead'
                    """
                )
            }
            #expect(try await stage.live(until: 1) { _ in false }.crashes == 0)
            #expect(try await stage.effects() == (1...6).map { "a-\($0)" })
            #expect(try await stage.deviations().isEmpty)
        }
    }

    @Test func `a neighbour in the same batch is not blamed`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "good", number: 1), Ping(subject: "bad", number: 2))
            try await stage.record(Ping(subject: "good", number: 3), Ping(subject: "bad", number: 4))
            _ = try await stage.live(until: 10) { $0.subject == "bad" }
            #expect(try await stage.effects() == ["good-1", "good-3"])
            #expect(try await stage.deviations().first?.hasPrefix("dead subject:bad") == true)
        }
    }

    @Test func `an event that ends the process only when it is retried is found, too`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            try await stage.deliver(to: writer(lanes: 1, retry: .whenTold) { _ in true })
            try await stage.makeRetriesDue()
            let lives = try await stage.live(until: 10) { _ in true }
            #expect(lives.crashes == 3)
            #expect(try await stage.deviations().first?.hasPrefix("dead subject:a") == true)
        }
    }

    @Test func `a lane that is proven announces nothing`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1)
            let lane = try await CursorStore(database: stage.database).register(listener)[0].lane
            let bus = EventBus(listeners: [])
            let runner = LaneRunner(database: stage.database, bus: bus, configuration: OutboxConfiguration())
            _ = try await runner.run(listener, lane)
            for number in 1...3 {
                try await stage.record(Ping(subject: "a", number: number))
                try await stage.place()
                await bus.reset(to: number)
                _ = try await runner.run(listener, lane)
            }
            #expect(try await stage.effects() == ["a-1", "a-2", "a-3"])
            #expect(try await stage.database.read("SELECT FROM events.announcement").isEmpty)
        }
    }

    @Test func `an announcement that the cursor has passed accuses nobody`() async throws {
        try await Stage.run { stage in
            for number in 1...3 {
                try await stage.record(Ping(subject: "a", number: number))
                #expect(try await stage.live(until: 1) { _ in false }.crashes == 0)
            }
            #expect(try await stage.database.read("SELECT FROM events.announcement").count == 1)
            #expect(try await stage.effects() == ["a-1", "a-2", "a-3"])
        }
    }
}

extension Stage {
    /// Lives of a process, each on what the last one left behind, until one ends by itself or there were enough.
    fileprivate func live(
        until limit: Int,
        dyingOf isDeadly: @escaping @Sendable (Ping) -> Bool
    ) async throws -> (crashes: Int, handled: Int) {
        let listener = Listener.transactional(
            "tests.write",
            lanes: 1,
            retry: .exponential(from: .zero),
            from: .beginning
        ) {
            Reaction.on(Ping.self) { delivered, tx in
                let ping = delivered.event
                try await tx.execute(
                    """
                    INSERT INTO effect (listener, subject, number)
                    VALUES ('tests.write', \(ping.subject), \(ping.number))
                    """
                )
                if isDeadly(ping) { _ = try await tx.query("SELECT pg_terminate_backend(pg_backend_pid())") }
            }
        }
        let lane = try await CursorStore(database: database).register(listener)[0].lane
        try await place()
        let head = try await CursorStore(database: database).head()
        var crashes = 0
        while crashes < limit {
            let bus = EventBus(listeners: [])
            await bus.reset(to: head)
            let runner = LaneRunner(
                database: database,
                bus: bus,
                configuration: OutboxConfiguration(),
                life: ProcessLife(id: UUID())
            )
            do {
                var handled = 0
                while true {
                    switch try await runner.run(listener, lane) {
                    // The server has not let go yet of what the last life had locked.
                    case .busy: await Task.yield()
                    case .moved(_, let count, true): handled += count
                    case .moved(_, let count, false): return (crashes, handled + count)
                    default: return (crashes, handled)
                    }
                }
            } catch let error as DatabaseError {
                // This life is over. Not by the event, if the machine was too slow for something.
                if error.code == .connectionLost { crashes += 1 }
            }
        }
        return (limit, 0)
    }
}
