import EventDelivery
import Events
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventOutbox

/// A handler that hangs has failed, and its lane goes on.
@Suite(.timeLimit(.minutes(2))) struct DeadlineTests {
    /// In which way a handler hangs.
    enum Hang: CaseIterable {
        case inASleep
        case inAStatement
        case ignoringCancellation
    }

    @Test(arguments: Hang.allCases)
    func `it is cancelled at its deadline, its key waits and all others pass`(hang: Hang) async throws {
        try await Stage.run { stage in
            let never = Latch(1)
            for number in 1...6 { try await stage.record(Ping(subject: "s\(number % 3)", number: number)) }
            try await stage.deliver(to: hanging(hang, at: 4, never: never))
            #expect(try await stage.effects().sorted() == ["s0-3", "s0-6", "s1-1", "s2-2", "s2-5"])
            #expect(try await stage.deviations() == ["retrying subject:s1 1"])
            let error = try await stage.operations.show("4").deliveries.first?.error
            #expect(error?.contains("deadline") == true)
            #expect(error?.contains("left behind") == (hang == .ignoringCancellation))
            never.arrive()
        }
    }

    @Test(arguments: Hang.allCases)
    func `it hangs until its attempts are used up`(hang: Hang) async throws {
        try await Stage.run { stage in
            let never = Latch(1)
            try await stage.record(Ping(subject: "a", number: 4), Ping(subject: "a", number: 5))
            let retry = RetryPolicy.exponential(attempts: 2, from: .zero)
            try await stage.deliver(to: hanging(hang, at: 4, retry: retry, never: never))
            try await eventually {
                try await stage.deliver(to: hanging(hang, at: 4, retry: retry, never: never))
                return try await stage.deviations() == ["dead subject:a 2", "parked subject:a 0"]
            }
            #expect(try await stage.effects().isEmpty)
            never.arrive()
        }
    }

    @Test func `what is left behind can do no harm when it comes back, and takes no connection`() async throws {
        try await withMigratedDatabase(configure: { $0.poolMaximum = 2 }) { database in
            try await Stage.prepare(database)
            let stage = Stage(database: database, outbox: Outbox(database))
            let (never, back) = (Latch(1), Latch(1))
            let failure = Mutex<(any Error)?>(nil)
            let listener = Listener.transactional(
                "tests.write",
                retry: .never,
                from: .beginning,
                deadline: .milliseconds(50)
            ) {
                Reaction.on(Ping.self) { delivered, tx in
                    guard delivered.event.number <= 3 else { return }
                    await never.waitRegardless()
                    do {
                        try await tx.execute("INSERT INTO effect (listener) VALUES ('tests.write')")
                    } catch {
                        failure.withLock { $0 = error }
                    }
                    back.arrive()
                }
            }
            // More than there are connections.
            for number in 1...3 { try await stage.record(Ping(subject: "s\(number)", number: number)) }
            try await stage.deliver(to: listener)
            #expect(try await stage.deviations().count == 3)
            never.arrive()
            await back.wait()
            try await eventually { await database.poolNumbers.used == 0 }
            #expect(failure.withLock { $0 } != nil)
            #expect(try await stage.effects().isEmpty)
        }
    }

    @Test func `many events that take their time are no hang`() async throws {
        try await Stage.run { stage in
            for number in 1...40 { try await stage.record(Ping(subject: "a", number: number)) }
            let listener = Listener.transactional("tests.write", from: .beginning, deadline: .seconds(1)) {
                Reaction.on(Ping.self) { _, tx in _ = try await tx.query("SELECT pg_sleep(0.05)") }
            }
            try await stage.deliver(to: listener)
            #expect(try await stage.deviations().isEmpty)
        }
    }

    @Test func `an event whose handler cancels itself does not hold up its lane`() async throws {
        try await Stage.run { stage in
            try await stage.record(Ping(subject: "a", number: 1), Ping(subject: "b", number: 1))
            let listener = Listener.transactional("tests.write", lanes: 1, from: .beginning) {
                Reaction.on(Ping.self) { delivered, tx in
                    if delivered.event.subject == "a" { throw CancellationError() }
                    try await tx.execute(
                        "INSERT INTO effect (listener, subject, number) VALUES ('tests.write', 'b', 1)"
                    )
                }
            }
            try await stage.deliver(to: listener)
            #expect(try await stage.effects() == ["b-1"])
            #expect(try await stage.deviations().first?.hasPrefix("retrying subject:a") == true)
        }
    }
}

/// Writes a row for each ping, and hangs at one of them.
private func hanging(
    _ hang: DeadlineTests.Hang,
    at number: Int,
    retry: RetryPolicy = .whenTold,
    never: Latch
) -> Listener {
    Listener.transactional("tests.write", lanes: 1, retry: retry, from: .beginning, deadline: .milliseconds(200)) {
        Reaction.on(Ping.self) { delivered, tx in
            let ping = delivered.event
            if ping.number == number {
                switch hang {
                case .inASleep: try await Task.sleep(for: .seconds(3_600))
                case .inAStatement: _ = try await tx.query("SELECT pg_sleep(9)")
                case .ignoringCancellation: await never.waitRegardless()
                }
            }
            try await tx.execute(
                "INSERT INTO effect (listener, subject, number) VALUES ('tests.write', \(ping.subject), \(ping.number))"
            )
        }
    }
}
