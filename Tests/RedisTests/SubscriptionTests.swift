import InMemoryLogging
import Logging
import Redis
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct SubscriptionTests {
    /// What one subscriber has heard.
    private final class Heard: Sendable {
        private let state = Mutex<[RedisEvent]>([])
        var events: [RedisEvent] { state.withLock { $0 } }
        var subscriptions: Int { events.count { $0 == .subscribed } }
        func hear(_ event: RedisEvent) { state.withLock { $0.append(event) } }
        func has(_ channel: String, _ text: String) -> Bool {
            events.contains(.message(channel: channel, payload: Array(text.utf8)))
        }
    }

    @Test func `a subscriber hears its channels, in order, while commands go on beside it`() async throws {
        try await withRedis { server, redis in
            let heard = Heard()
            let subscriber = Task { await redis.subscribe(to: ["a", "b"], hear: heard.hear) }
            try await eventually { heard.subscriptions == 1 }
            for number in 1...100 {
                try await redis.send(["PUBLISH", number.isMultiple(of: 2) ? "a" : "b", .integer(number)])
            }
            try await redis.send(["PUBLISH", "c", "not for us"])
            try await eventually { heard.events.count == 101 }
            let expected = (1...100).map { number in
                RedisEvent.message(channel: number.isMultiple(of: 2) ? "a" : "b", payload: Array(String(number).utf8))
            }
            #expect(Array(heard.events.dropFirst()) == expected)

            subscriber.cancel()
            await subscriber.value
            try await eventually { try await redis.send(["PUBLISH", "a", "nobody"]).asInteger() == 0 }
        }
    }

    @Test func `a subscriber survives the server's death and says that it missed something`() async throws {
        try await withRedis { server, redis in
            let heard = Heard()
            let subscriber = Task { await redis.subscribe(to: ["a"], hear: heard.hear) }
            try await eventually { heard.subscriptions == 1 }
            try await server.kill()
            try await server.start()
            try await eventually { heard.subscriptions == 2 }
            try await server.ask("PUBLISH", "a", "after")
            try await eventually { heard.has("a", "after") }
            subscriber.cancel()
            await subscriber.value
        }
    }

    @Test func `a subscriber notices a server that has fallen silent`() async throws {
        let log = InMemoryLogHandler()
        let logger = Logger(label: "redis") { _ in log }
        try await withRedis(logger: logger, configure: { $0.heartbeat = .milliseconds(50) }) { server, redis in
            let heard = Heard()
            let subscriber = Task { await redis.subscribe(to: ["a"], hear: heard.hear) }
            try await eventually { heard.subscriptions >= 1 }
            try server.freeze()
            try await eventually { log.entries.contains { $0.message == "Redis connection failed" } }
            try server.thaw()
            try await eventually { heard.subscriptions >= 2 }
            subscriber.cancel()
            await subscriber.value
        }
    }
}
