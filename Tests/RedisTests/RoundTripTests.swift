import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct RoundTripTests {
    @Test func `every kind of answer comes back as it is`() async throws {
        try await withRedis { _, redis in
            #expect(try await redis.send(["PING"]) == .status("PONG"))
            #expect(try await redis.send(["SET", "greeting", "hello"]) == .status("OK"))
            #expect(try await redis.send(["GET", "greeting"]).asText() == "hello")
            #expect(try await redis.send(["GET", "nothing"]) == .null)
            #expect(try await redis.send(["INCRBY", "count", 41]).asInteger() == 41)
            #expect(try await redis.send(["GET", "count"]).asInteger() == 41)
            #expect(
                try await redis.send(["MGET", "greeting", "nothing"])
                    == .array([.bytes(Array("hello".utf8)), .null])
            )
            let nested = try await redis.send(["EVAL", "return {1, {'two', {}}}", 0])
            #expect(nested == .array([.integer(1), .array([.bytes(Array("two".utf8)), .array([])])]))
        }
    }

    @Test func `bytes are not changed, whatever they are`() async throws {
        try await withRedis { _, redis in
            let all = (0...255).map { UInt8($0) } + Array("\r\n$-1\r\n*2\r\n".utf8)
            try await redis.send(["SET", .bytes(all), .bytes(all)])
            #expect(try await redis.send(["GET", .bytes(all)]).asBytes() == all)
            try await redis.send(["SET", "empty", ""])
            #expect(try await redis.send(["GET", "empty"]).asBytes() == [])
        }
    }

    @Test func `a value of 8 MB passes, and small ones around it too`() async throws {
        try await withRedis { _, redis in
            let large = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
            try await redis.send(["SET", "large", .bytes(large)])
            async let before = redis.send(["ECHO", "before"]).asText()
            async let value = redis.send(["GET", "large"]).asBytes()
            async let after = redis.send(["ECHO", "after"]).asText()
            #expect(try await before == "before")
            #expect(try await value == large)
            #expect(try await after == "after")
        }
    }

    @Test func `a script is sent once, and again to a server that forgot it`() async throws {
        try await withRedis { _, redis in
            let script = RedisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])")
            #expect(try await redis.run(script, keys: ["n"], arguments: [2]).asInteger() == 2)
            #expect(try await redis.run(script, keys: ["n"], arguments: [2]).asInteger() == 4)
            try await redis.send(["SCRIPT", "FLUSH"])
            #expect(try await redis.run(script, keys: ["n"], arguments: [2]).asInteger() == 6)
            let statistics = try #require(try await redis.send(["INFO", "commandstats"]).asText())
            #expect(statistics.contains("cmdstat_eval:calls=2"))
            #expect(statistics.contains("cmdstat_evalsha:calls=3"))
        }
    }

    @Test func `the database of the URL is used`() async throws {
        try await withRedis { server, redis in
            let third = try server.client(url: server.url + "?db=3")
            try await third.send(["SET", "key", "third"])
            #expect(try await redis.send(["GET", "key"]) == .null)
            #expect(try await server.ask("-n", "3", "GET", "key") == "third\n")
            await third.close()
        }
    }

    @Test(arguments: [
        ["SUBSCRIBE", "a"], ["BLPOP", "a", "0"], ["multi"], ["SELECT", "1"], ["CLIENT", "reply", "OFF"],
        ["XREAD", "block", "0", "STREAMS", "s", "$"], ["MONITOR"], ["QUIT"], [],
    ])
    func `what would disturb the others is not sent`(words: [String]) async throws {
        try await withRedis { _, redis in
            let sent = words.map { RedisArgument.text($0) }
            #expect(await code { try await redis.send(sent) } == .notAllowed)
            let next = try await redis.send(["ECHO", "undisturbed"]).asText()
            #expect(next == "undisturbed")
        }
    }
}
