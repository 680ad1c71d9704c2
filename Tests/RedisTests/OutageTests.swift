import InMemoryLogging
import Logging
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct OutageTests {
    @Test func `an answer that comes too late is dropped, and the next one is not taken for it`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["SET", "secret", "of the first"])
            try server.freeze()
            let late = await code { try await redis.send(["GET", "secret"], timeout: .milliseconds(20)) }
            #expect(late == .timeout)
            async let next = redis.send(["ECHO", "mine"]).asText()
            try await eventually { await redis.numbers.inFlight == 2 }
            try server.thaw()
            #expect(try await next == "mine")
            let numbers = await redis.numbers
            #expect(numbers.timedOut == 1)
            #expect(numbers.opened == 1)
        }
    }

    @Test(arguments: [["DEBUG", "SLEEP", "0.3"], ["CLIENT", "PAUSE", "300", "ALL"]])
    func `a server that pauses delays its answers and mixes none up`(pause: [String]) async throws {
        try await withRedis { _, redis in
            async let paused = redis.send(pause.map { .text($0) })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<500 {
                    group.addTask {
                        let answer = try await redis.send(["ECHO", .integer(number)]).asInteger()
                        #expect(answer == number)
                    }
                }
                try await group.waitForAll()
            }
            _ = try await paused
            #expect(await redis.numbers.lost == 0)
        }
    }

    @Test func `a connection whose server stays silent is given up, and commands then fail at once`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["PING"])
            let impatient = try server.client { configuration in
                configuration.connectTimeout = .milliseconds(100)
                configuration.commandTimeout = .milliseconds(50)
                configuration.silenceTimeout = .milliseconds(100)
            }
            try await eventually { await code { try await impatient.send(["PING"]) } == nil }
            try server.freeze()
            try await eventually { await code { try await impatient.send(["PING"]) } == .unavailable }
            try server.thaw()
            try await eventually { await code { try await impatient.send(["PING"]) } == nil }
            #expect(try await redis.send(["ECHO", "same connection"]).asText() == "same connection")
            #expect(await redis.numbers.opened == 1)
            await impatient.close()
        }
    }

    @Test func `when the server dies all who wait fail, later ones at once, until it is back`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["SET", "a", "b"])
            try server.freeze()
            let waiting = (0..<50).map { _ in Task { await code { try await redis.send(["GET", "a"]) } } }
            try await eventually { await redis.numbers.inFlight == 50 }
            try await server.kill()
            for command in waiting { #expect(await command.value == .connectionLost) }
            try await eventually { await code { try await redis.send(["PING"]) } == .unavailable }
            #expect(await redis.numbers.isBroken)
            let refused = await redis.numbers.refused
            for _ in 1...100 { #expect(await code { try await redis.send(["PING"]) } == .unavailable) }
            #expect(await redis.numbers.refused == refused + 100)

            try await server.start()
            try await eventually { await code { try await redis.send(["PING"]) } == nil }
            #expect(try await redis.send(["GET", "a"]) == .null)
            #expect(await redis.numbers.lost == 1)
        }
    }

    @Test func `an outage is logged once, and its end`() async throws {
        let log = InMemoryLogHandler()
        let logger = Logger(label: "redis") { _ in log }
        try await withRedis(logger: logger) { server, redis in
            try await redis.send(["PING"])
            try await server.kill()
            try await eventually { await code { try await redis.send(["PING"]) } == .unavailable }
            try await server.start()
            try await eventually { await code { try await redis.send(["PING"]) } == nil }
        }
        let messages = log.entries.map { "\($0.message)" }
        #expect(messages.last == "Redis is back")
        #expect(messages.filter { $0 == "Redis connection failed" }.count <= 3)
    }

    @Test func `a closed client refuses, and whoever waits is told`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["PING"])
            try server.freeze()
            let waiting = Task { await code { try await redis.send(["PING"]) } }
            try await eventually { await redis.numbers.inFlight == 1 }
            await redis.close()
            #expect(await waiting.value == .unavailable)
            #expect(await code { try await redis.send(["PING"]) } == .unavailable)
        }
    }
}
