import EventDelivery
import Events
import Postgres
import Testing

@testable import EventOutbox

/// An event that cannot be handled harms its own key only, however it fails.
@Suite(.timeLimit(.minutes(1))) struct PoisonTests {
    /// A way in which the handler of one event fails.
    struct Poison: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let take: @Sendable (Outbox, borrowing Transaction) async throws -> Void
    }

    static let poisons = [
        Poison(testDescription: "it throws") { _, _ in throw Refusal() },
        Poison(testDescription: "a statement fails") { _, tx in _ = try await tx.query("SELECT 1 / 0") },
        Poison(testDescription: "a statement fails and its error is swallowed") { _, tx in
            _ = try? await tx.query("SELECT 1 / 0")
        },
        Poison(testDescription: "a queued statement fails at COMMIT") { _, tx in tx.send("SELECT 1 / 0") },
        Poison(testDescription: "a deferred constraint fails at COMMIT") { _, tx in
            try await tx.execute("INSERT INTO child (parent) VALUES (99)")
        },
        Poison(testDescription: "an event that it announces cannot be stored") { outbox, tx in
            try outbox.recorder.record(Pong(subject: "nul \0", number: 1), in: tx)
        },
        Poison(testDescription: "its error cannot be stored") { _, _ in throw Unspeakable() },
    ]

    @Test(arguments: poisons)
    func `its key is parked and all others pass`(poison: Poison) async throws {
        try await Stage.run { stage in
            try await stage.prepareParents()
            try await stage.recordTwenty()
            try await stage.deliver(to: stage.listener(poison: poison))
            let expected = (1...20).filter { $0 % 4 != 3 }.map { "s\($0 % 4)-\($0)" } + ["s3-3"]
            #expect(try await Set(stage.effects()) == Set(expected))
            #expect(try await stage.effects().count == expected.count)
            #expect(
                try await stage.deviations()
                    == ["retrying subject:s3 1", "parked subject:s3 0", "parked subject:s3 0", "parked subject:s3 0"]
            )
            #expect(try await stage.operations.listenerStatus().map(\.waiting) == [0])
        }
    }

    @Test(arguments: poisons)
    func `it fails again until it is dead, and after the fix its key drains in order`(poison: Poison) async throws {
        try await Stage.run { stage in
            try await stage.prepareParents()
            try await stage.recordTwenty()
            let twice = RetryPolicy.exponential(attempts: 2, from: .zero)
            for _ in 1...3 { try await stage.deliver(to: stage.listener(poison: poison, retry: twice)) }
            #expect(try await stage.deviations().first == "dead subject:s3 2")
            try await stage.database.transaction { tx in
                try await tx.execute(
                    "UPDATE events.deviation SET state = 'retrying', next_attempt_at = now() WHERE state = 'dead'"
                )
            }
            try await stage.deliver(to: stage.listener(poison: nil))
            #expect(try await stage.deviations().isEmpty)
            #expect(
                try await stage.effects().filter { $0.hasPrefix("s3") } == ["s3-3", "s3-7", "s3-11", "s3-15", "s3-19"]
            )
            #expect(try await stage.effects().count == 20)
        }
    }

    @Test func `when every event fails each is set aside by itself`() async throws {
        try await Stage.run { stage in
            for number in 1...40 { try await stage.record(Ping(subject: "s\(number)", number: 1)) }
            try await stage.deliver(to: writer { _ in true })
            #expect(try await stage.effects().isEmpty)
            #expect(try await stage.deviations().count == 40)
            #expect(try await stage.deviations().allSatisfy { $0.hasPrefix("retrying") })
        }
    }

    @Test func `a full or read-only server is no event's fault`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1))
            for state in ["53100", "25006", "57P03", "58030"] {
                let listener = Listener.transactional("tests.write", from: .beginning) {
                    Reaction.on(Ping.self) { _, tx in
                        _ = try await tx.query(
                            "DO $$ BEGIN RAISE EXCEPTION 'simulated' USING ERRCODE = '\(raw: state)'; END $$"
                        )
                    }
                }
                await #expect(throws: DatabaseError.self) { try await stage.deliver(to: listener) }
            }
            #expect(try await stage.deviations().isEmpty)
            try await stage.deliver(to: writer())
            #expect(try await stage.effects() == ["a-1"])
        }
    }
}

extension Stage {
    fileprivate func prepareParents() async throws {
        try await database.transaction { tx in
            tx.send("CREATE TABLE parent (id bigint PRIMARY KEY)")
            tx.send("CREATE TABLE child (parent bigint REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        }
    }

    fileprivate func recordTwenty() async throws {
        try await database.transaction { tx in
            for number in 1...20 { try outbox.recorder.record(Ping(subject: "s\(number % 4)", number: number), in: tx) }
        }
    }

    /// Writes a row for each ping, and takes the poison at the seventh.
    fileprivate func listener(poison: PoisonTests.Poison?, retry: RetryPolicy = .whenTold)
        -> Listener
    {
        let outbox = outbox
        return Listener.transactional("tests.write", lanes: 2, retry: retry, from: .beginning) {
            Reaction.on(Ping.self) { delivered, tx in
                let ping = delivered.event
                try await tx.execute(
                    """
                    INSERT INTO effect (listener, subject, number)
                    VALUES ('tests.write', \(ping.subject), \(ping.number))
                    """
                )
                if ping.number == 7, let poison { try await poison.take(outbox, tx) }
            }
        }
    }
}

/// An error whose text Postgres cannot store.
private struct Unspeakable: Error, CustomStringConvertible {
    var description: String { "nul \0 " + String(repeating: "long ", count: 10_000) }
}
