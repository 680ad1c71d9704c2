import EventDelivery
import EventOutbox
import Events
import Origin
import Postgres
import Synchronization
import Testing

@Suite struct DeliveryTests {
    @Test func `an event reaches its listener once`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: writer())
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["a-1", "a-2"])
        }
    }

    @Test func `nothing is announced when the transaction rolls back`() async throws {
        try await Stage.run { stage in
            try? await stage.database.transaction { tx in
                try stage.outbox.recorder.record(Ping(subject: "a", number: 1), in: tx)
                throw Refusal()
            }
            try await stage.deliver(to: writer())
            #expect(try await stage.effects().isEmpty)
        }
    }

    @Test func `what a listener announces reaches the next one`() async throws {
        try await Stage.run { stage in
            let echo = Listener.transactional("tests.echo", from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    let ping = delivered.event
                    try stage.outbox.recorder.record(Pong(subject: ping.subject, number: ping.number), in: tx)
                }
            }
            let heard = Mutex<[Int]>([])
            let causes = Mutex<[Bool]>([])
            let listen = Listener.transactional("tests.listen", from: .beginning) {
                Reaction.on(Pong.self) { delivered, _ in
                    heard.withLock { $0.append(delivered.event.number) }
                    causes.withLock { $0.append(delivered.envelope.origin.causationID != nil) }
                }
            }
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "a", number: 2))
            try await stage.deliver(to: echo, listen)
            #expect(heard.withLock { $0 } == [1, 2])
            #expect(causes.withLock { $0 } == [true, true])
        }
    }

    @Test func `a failing event undoes its effect, parks its key and lets others pass`() async throws {
        try await Stage.run { stage in
            let listener = writer(lanes: 1) { $0.subject == "bad" && $0.number == 1 }
            try await stage.record(
                Ping(subject: "bad", number: 1),
                Ping(subject: "good", number: 1),
                Ping(subject: "bad", number: 2),
                Ping(subject: "good", number: 2)
            )
            try await stage.deliver(to: listener)
            #expect(try await stage.effects() == ["good-1", "good-2"])
            #expect(try await stage.deviations() == ["retrying subject:bad 1", "parked subject:bad 0"])
            try await stage.record(Ping(subject: "bad", number: 3))
            try await stage.deliver(to: listener)
            #expect(try await stage.deviations().count == 3)
        }
    }

    @Test func `after the fix a parked key drains in order`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "bad", number: 1), Ping(subject: "bad", number: 2))
            try await stage.deliver(to: writer { $0.number == 1 })
            try await stage.database.transaction { tx in
                try await tx.execute("UPDATE events.deviation SET next_attempt_at = now() WHERE state = 'retrying'")
            }
            try await stage.record(Ping(subject: "bad", number: 3))
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["bad-1", "bad-2", "bad-3"])
            #expect(try await stage.deviations().isEmpty)
        }
    }

    @Test func `an event that fails too often is dead and holds its key`() async throws {
        try await Stage.run { stage in
            let once = RetryPolicy.exponential(attempts: 1)
            try await stage.record(Ping(subject: "bad", number: 1), Ping(subject: "bad", number: 2))
            try await stage.deliver(to: writer(retry: once) { $0.number == 1 })
            #expect(try await stage.deviations() == ["dead subject:bad 1", "parked subject:bad 0"])
        }
    }

    @Test func `an undecodable event is dead at once and harms nobody else`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 1))
            try await stage.database.transaction { tx in
                try await tx.execute("UPDATE events.event SET payload = '{}' WHERE key = 'subject:a'")
            }
            try await stage.deliver(to: writer(lanes: 1))
            #expect(try await stage.effects() == ["b-1"])
            #expect(try await stage.deviations() == ["dead subject:a 1"])
        }
    }

    @Test func `an event nobody hears costs nothing`() async throws {
        try await Stage.run { stage in
            try await stage.database.transaction { tx in
                try stage.outbox.recorder.record(Pong(subject: "a", number: 1), in: tx)
            }
            #expect(try await stage.deliver(to: writer()) == 0)
        }
    }

    @Test func `volatile listeners have run when the transaction returns`() async throws {
        try await Stage.run { stage in
            let heard = Mutex<[Int]>([])
            let listener = Listener.volatile("tests.cache") {
                VolatileReaction.on(Ping.self) { delivered in heard.withLock { $0.append(delivered.event.number) } }
            }
            let delivery = stage.delivery([listener])
            try await stage.record(Ping(subject: "a", number: 7))
            #expect(heard.withLock { $0 } == [7])
            _ = delivery
        }
    }

    @Test func `a listener keeps each key in order over many lanes`() async throws {
        try await Stage.run { stage in
            for number in 1...20 {
                for subject in ["a", "b", "c", "d", "e"] {
                    try await stage.record(Ping(subject: subject, number: number))
                }
            }
            try await stage.deliver(to: writer(lanes: 8))
            let effects = try await stage.effects()
            #expect(effects.count == 100)
            for subject in ["a", "b", "c", "d", "e"] {
                #expect(effects.filter { $0.hasPrefix(subject) } == (1...20).map { "\(subject)-\($0)" })
            }
        }
    }
}
