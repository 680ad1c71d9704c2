import EventDelivery
import Events
import Postgres
import StrictJSON
import Synchronization
import Testing

@testable import EventOutbox

/// Events outlive the shapes of their payloads.
@Suite(.timeLimit(.minutes(1))) struct UpcastingTests {
    /// `tests.ping` two versions later: `number` was called `count` once, and there was no `kind`.
    struct NewPing: DomainEvent, Equatable {
        static let name: EventName = "tests.ping"
        static let version = 3
        let subject: String
        let count: Int
        let kind: String
        var key: OrderingKey { OrderingKey("subject", subject) }

        static func upcast(_ payload: JSON, from version: Int) throws -> JSON {
            guard case .object(var object) = payload else { return payload }
            if version == 1 {
                object["count"] = object["number"]
                object["number"] = nil
            } else {
                object["kind"] = "plain"
            }
            return .object(object)
        }
    }

    @Test func `an old payload is lifted step by step`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 7))
            let heard = Mutex<[NewPing]>([])
            let listener = Listener.transactional("tests.new", from: .beginning) {
                Reaction.on(NewPing.self) { delivered, _ in heard.withLock { $0.append(delivered.event) } }
            }
            try await stage.deliver(to: listener)
            #expect(heard.withLock { $0 } == [NewPing(subject: "a", count: 7, kind: "plain")])
        }
    }

    @Test func `a payload of a newer program is tried again, and says why`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(NewPing(subject: "a", count: 1, kind: "x"), in: tx)
            }
            try await stage.record(Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer(retry: .whenTold))
            #expect(try await stage.effects() == ["b-1"])
            #expect(try await stage.deviations() == ["retrying subject:a 1"])
            let delivery = try await stage.operations.show("1").deliveries.first
            #expect(delivery?.error == "tests.ping version 3 cannot be decoded: this build knows versions up to 1")
        }
    }

    @Test func `a payload that no program can read is dead at once`() async throws {
        try await Stage.run { stage in
            try await stage.recordUnreadable(subject: "a")
            try await stage.record(Ping(subject: "a", number: 2), Ping(subject: "b", number: 1))
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["b-1"])
            #expect(try await stage.deviations() == ["dead subject:a 1", "parked subject:a 0"])
            #expect(try await stage.operations.listenerStatus().first?.dead == 1)
        }
    }

    @Test func `what a newer program can read at last comes back by itself, in order`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(NewPing(subject: "a", count: 1, kind: "x"), in: tx)
            }
            try await stage.record(Ping(subject: "a", number: 2))
            try await stage.deliver(to: writer(retry: .never))
            #expect(try await stage.deviations() == ["dead subject:a 1", "parked subject:a 0"])
            let heard = Mutex<[Int]>([])
            let newer = Listener.transactional("tests.write", from: .beginning) {
                Reaction.on(NewPing.self) { delivered, _ in heard.withLock { $0.append(delivered.event.count) } }
            }
            try await stage.deliver(to: newer)
            #expect(heard.withLock { $0 } == [1, 2])
            #expect(try await stage.deviations().isEmpty)
        }
    }

    @Test func `a missing step is named`() {
        #expect {
            _ = try Ping.upcast(.object([:]), from: 1)
        } throws: {
            "\($0)" == "tests.ping version 1 cannot be decoded: no upcast from version 1"
        }
    }
}
