import EventDelivery
import Events
import Foundation
import Origin
import Postgres
import Synchronization
import Testing

@testable import EventOutbox

/// What a transaction announces, and what it does not.
@Suite(.timeLimit(.minutes(1))) struct RecordingTests {
    @Test func `what a rolled back savepoint recorded is neither stored nor announced`() async throws {
        try await Stage.run { stage in
            let heard = Mutex<[Int]>([])
            let delivery = stage.delivery([
                Listener.volatile("tests.cache") {
                    VolatileReaction.on(Ping.self) { delivered in heard.withLock { $0.append(delivered.event.number) } }
                }
            ])
            let recorder = stage.outbox.recorder
            try await stage.database.transaction { tx in
                try? await tx.savepoint {
                    try recorder.record(Ping(subject: "a", number: 1), in: tx)
                    throw Refusal()
                }
                try recorder.record(Ping(subject: "a", number: 2), in: tx)
                try? await tx.savepoint {
                    try recorder.record(Ping(subject: "a", number: 3), in: tx)
                    try await tx.savepoint { try recorder.record(Ping(subject: "a", number: 4), in: tx) }
                    throw Refusal()
                }
                try await tx.savepoint { try recorder.record(Ping(subject: "a", number: 5), in: tx) }
            }
            #expect(heard.withLock { $0 } == [2, 5])
            try await stage.place()
            #expect(try await stage.logged() == ["a-2", "a-5"])
            _ = delivery
        }
    }

    @Test func `a transaction that recorded in a rolled back savepoint only announces nothing`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                try? await tx.savepoint {
                    try stage.outbox.recorder.record(Ping(subject: "a", number: 1), in: tx)
                    throw Refusal()
                }
            }
            #expect(try await stage.place() == 0)
        }
    }

    @Test func `each event of a batch names its own cause`() async throws {
        try await Stage.run { stage in
            let echo = Listener.transactional("tests.echo", lanes: 1, from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    let ping = delivered.event
                    try stage.outbox.recorder.record(Pong(subject: ping.subject, number: ping.number), in: tx)
                }
            }
            for number in 1...3 {
                try await Origin(actor: "user:\(number)", requestID: "request \(number)").run {
                    try await stage.record(Ping(subject: "a", number: number))
                }
            }
            try await stage.deliver(to: echo)
            let rows = try await stage.database.read(
                """
                SELECT ping.actor = pong.actor AND ping.request_id = pong.request_id
                       AND ping.correlation_id = pong.correlation_id AS agrees
                FROM events.event pong JOIN events.event ping ON ping.id = pong.causation_id
                WHERE pong.name = 'tests.pong' AND pong.payload->'number' = ping.payload->'number'
                """
            )
            #expect(try rows.map { try $0["agrees"] as Bool } == [true, true, true])
        }
    }

    @Test func `a listener may react to one event by itself and to all others together`() async throws {
        try await Stage.run { stage in
            let heard = Mutex<[String]>([])
            let listener = Listener.transactional("tests.mixed", lanes: 1, from: .beginning) {
                Reaction.on(Pong.self) { delivered, _ in heard.withLock { $0.append("pong \(delivered.event.number)") }
                }
                Reaction.onAll { envelopes, _ in heard.withLock { $0.append("\(envelopes.count) others") } }
            }
            try await stage.database.transaction { tx in
                for number in 1...3 { try stage.outbox.recorder.record(Ping(subject: "a", number: number), in: tx) }
                try stage.outbox.recorder.record(Pong(subject: "a", number: 4), in: tx)
                try stage.outbox.recorder.record(Ping(subject: "a", number: 5), in: tx)
            }
            try await stage.deliver(to: listener)
            #expect(heard.withLock { $0 } == ["3 others", "pong 4", "1 others"])
        }
    }

    @Test func `an event that cannot be stored fails its transaction`() async throws {
        try await Stage.run { stage in
            await #expect(throws: DatabaseError.self) { try await stage.record(Ping(subject: "nul \0", number: 1)) }
            let placed = try await stage.place()
            #expect(placed == 0)
        }
    }
}
