import EventOutbox
import Foundation
import JourneySupport
import Postgres
import TestSupport
import Testing

/// The real program, killed as a power cut would.
@Suite(.timeLimit(.minutes(4))) struct CrashTests {
    @Test func `a node killed between the broker's word and the cursor publishes once more`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await withStorytime { storytime in
            let stage = RelayStage(database: storytime.database, outbox: Outbox(storytime.database))
            let server = try await serve(storytime, broker, subscriber)
            // The server looks at its lease, publishes, and waits: moving the cursor begins with locking the lease.
            try await change(stage, "expires_at = now() + interval '1 hour'")
            try await Session.with(stage.database.configuration, role: "holder") { holder in
                try await holder.run("BEGIN")
                try await holder.run("LOCK TABLE events.lane_lease IN EXCLUSIVE MODE")
                try await stage.record((1...5).map { Told(story: "a", number: $0) })
                #expect(try await subscriber.next(5).map(\.number) == [1, 2, 3, 4, 5])
                try await eventually { try await isWaiting(stage) }
                await server.kill()
                #expect(try await stage.status(of: "relay.rabbitmq")?.waiting == 5)
                try await holder.run("COMMIT")
            }
            try await change(stage, "expires_at = now()")
            let next = try await serve(storytime, broker, subscriber)
            try await stage.record(Told(story: "a", number: 6))
            let again = try await subscriber.next(6)
            #expect(again.map(\.number) == [1, 2, 3, 4, 5, 6])
            try await eventually { try await stage.status(of: "relay.rabbitmq")?.waiting == 0 }
            _ = await next.stop()
        }
    }

    @Test func `a node killed again and again loses nothing and reorders nothing`() async throws {
        let broker = try await PrivateBroker.shared
        let subscriber = try await Subscriber(broker)
        try await withStorytime { storytime in
            let stage = RelayStage(database: storytime.database, outbox: Outbox(storytime.database))
            let count = 600
            var server = try await serve(storytime, broker, subscriber)
            let writer = Task {
                for number in 1...count { try await stage.record(Told(story: "s\(number % 9)", number: number)) }
            }
            var received: [Subscriber.Message] = []
            for _ in 1...3 {
                received += try await subscriber.next(40)
                await server.kill()
                try await change(stage, "expires_at = now()")
                server = try await serve(storytime, broker, subscriber)
            }
            try await writer.value
            let missing = Set((1...count).map { "\($0)" }).subtracting(received.map { "\($0.number ?? 0)" })
            received += try await subscriber.next(untilAll: missing) { "\($0.number ?? 0)" }
            let byKey = Dictionary(grouping: received.withoutRepeats) { $0.key }
            #expect(byKey.values.reduce(0) { $0 + $1.count } == count)
            for (key, messages) in byKey {
                let numbers = messages.compactMap(\.number)
                #expect(numbers == numbers.sorted(), "\(key): \(numbers)")
            }
            _ = await server.stop()
        }
    }

    @Test func `settings that cannot be used are named, and secrets are not shown`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let wrong = try await storytime.run(
                "config",
                environment: [
                    "STORYTIME_RELAY_URL": "amqp://teller:onceupon@h/a/b", "STORYTIME_RELAY_EVENTS": "stories.no-such",
                    "STORYTIME_RELAY_UNROUTABLE": "ignore",
                ]
            )
            #expect(wrong.end == .code(1))
            for part in ["%2F", "there is no event stories.no-such", "STORYTIME_RELAY_UNROUTABLE"] {
                #expect(wrong.errors.contains(part), "\(wrong.errors)")
            }
            #expect(!(wrong.output + wrong.errors).contains("onceupon"))
        }
    }

    private func serve(_ storytime: Storytime, _ broker: PrivateBroker, _ subscriber: Subscriber) async throws -> Server
    {
        let server = try await storytime.serve(
            environment: ["STORYTIME_RELAY_URL": broker.url, "STORYTIME_RELAY_EXCHANGE": subscriber.exchange]
        )
        // A new relay begins with the next event.
        try await eventually {
            try await !storytime.database.read("SELECT FROM events.lane_lease WHERE holder IS NOT NULL").isEmpty
        }
        return server
    }

    /// As time would, and in no time.
    private func change(_ stage: RelayStage, _ assignment: String) async throws {
        try await stage.database.transaction { tx in
            try await tx.execute("UPDATE events.lane_lease SET \(raw: assignment)")
        }
    }

    /// Whether somebody waits for the lock on leases.
    private func isWaiting(_ stage: RelayStage) async throws -> Bool {
        try await !stage.database.read(
            """
            SELECT FROM pg_locks WHERE NOT granted AND relation = 'events.lane_lease'::regclass
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            """
        ).isEmpty
    }
}
