import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct ConcurrencyTests {
    @Test func `ten thousand commands at once each get their own answer over one connection`() async throws {
        try await withRedis { _, redis in
            try await withThrowingTaskGroup(of: (Int, String?).self) { group in
                for number in 0..<10_000 {
                    group.addTask { (number, try await redis.send(["ECHO", .integer(number)]).asText()) }
                }
                for try await (number, answer) in group { #expect(answer == String(number)) }
            }
            let numbers = await redis.numbers
            #expect(numbers.opened == 1)
            #expect(numbers.inFlight == 0)
            #expect(numbers.isConnected)
        }
    }

    @Test func `commands that are cancelled on the way never take the answers of others`() async throws {
        try await withRedis { _, redis in
            try await redis.send(["PING"])
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<3000 {
                    group.addTask {
                        let task = Task { try await redis.send(["ECHO", .integer(number)]).asText() }
                        if number.isMultiple(of: 3) { task.cancel() }
                        switch await task.result {
                        case .success(let answer): #expect(answer == String(number))
                        case .failure(let error): #expect(error is CancellationError && number.isMultiple(of: 3))
                        }
                    }
                }
            }
            #expect(try await redis.send(["ECHO", "in step"]).asText() == "in step")
        }
    }

    @Test func `a cancelled caller goes at once, and a task that is cancelled already sends nothing`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["PING"])
            try server.freeze()
            let waiting = Task { try await redis.send(["SET", "a", "b"]) }
            try await eventually { await redis.numbers.inFlight == 1 }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { try await waiting.value }
            let late = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return try await redis.send(["SET", "c", "d"])
            }
            await #expect(throws: CancellationError.self) { try await late.value }
            try server.thaw()
            #expect(try await redis.send(["EXISTS", "c"]).asInteger() == 0)
        }
    }

    @Test func `more commands than may be on their way are refused, the others are not`() async throws {
        try await withRedis(configure: { $0.inFlightMaximum = 100 }) { server, redis in
            try await redis.send(["PING"])
            try server.freeze()
            let commands = (0..<150).map { number in
                Task { try await redis.send(["ECHO", .integer(number)]).asText() }
            }
            try await eventually { await redis.numbers.refused == 50 }
            #expect(await redis.numbers.inFlight == 100)
            try server.thaw()
            var answered = 0
            for (number, command) in commands.enumerated() {
                switch await command.result {
                case .success(let answer):
                    #expect(answer == String(number))
                    answered += 1
                case .failure(let error): #expect((error as? RedisError)?.code == .tooManyInFlight)
                }
            }
            #expect(answered == 100)
        }
    }
}
