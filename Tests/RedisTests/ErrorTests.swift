import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ErrorTests {
    @Test func `errors of the server tell their kind and keep its words`() async throws {
        try await withRedis { server, redis in
            try await redis.send(["SET", "text", "no number"])
            #expect(await code { try await redis.send(["LPUSH", "text", "a"]) } == .wrongType)
            let unknown = RedisArgument.text(String(repeating: "0", count: 40))
            #expect(await code { try await redis.send(["EVALSHA", unknown, 0]) } == .noScript)
            let error = await #expect(throws: RedisError.self) { try await redis.send(["INCR", "text"]) }
            #expect(error?.code == .server)
            #expect(error?.message == "ERR value is not an integer or out of range")

            try await redis.send(["CONFIG", "SET", "maxmemory", 1])
            #expect(await code { try await redis.send(["SET", "more", "x"]) } == .outOfMemory)
            try await redis.send(["CONFIG", "SET", "maxmemory", 0])
            try await redis.send(["REPLICAOF", "127.0.0.1", "1"])
            #expect(await code { try await redis.send(["SET", "more", "x"]) } == .readOnly)
        }
    }

    @Test func `an answer is not taken for what it is not`() async throws {
        try await withRedis { _, redis in
            try await redis.send(["SET", "text", "no number"])
            #expect(await code { try await redis.send(["GET", "text"]).asInteger() } == .decoding)
            #expect(await code { try await redis.send(["INCR", "n"]).asBytes() } == .decoding)
            #expect(await code { try await redis.send(["GET", "text"]).asArray() } == .decoding)
        }
    }

    @Test func `a password is used, and what is wrong with one is said`() async throws {
        try await withRedis(options: ["--requirepass", "secret"]) { server, withoutPassword in
            let error = await #expect(throws: RedisError.self) { try await withoutPassword.send(["PING"]) }
            #expect(error?.code == .unavailable)
            #expect(error?.message.contains("redis://:password@host") == true)

            let path = server.socket
            let right = try server.client(url: "unix://:secret@\(path)")
            #expect(try await right.send(["PING"]) == .status("PONG"))
            try await right.send(["ACL", "SETUSER", "reader", "on", ">word", "+ping", "+get", "~*"])
            let reader = try server.client(url: "unix://reader:word@\(path)")
            #expect(try await reader.send(["GET", "a"]) == .null)
            #expect(await code { try await reader.send(["SET", "a", "b"]) } == .noPermission)

            let wrong = try server.client(url: "unix://:wrong@\(path)")
            let refusal = await #expect(throws: RedisError.self) { try await wrong.send(["PING"]) }
            #expect(refusal?.message.contains("Check user and password") == true)
            #expect(refusal?.message.contains("wrong@") == false)
            for client in [right, reader, wrong] { await client.close() }
        }
    }

    @Test(arguments: [("unix://:secret@", "remove it from the Redis URL"), ("unix://", "no such database")])
    func `a greeting that the server refuses says what to do`(prefix: String, hint: String) async throws {
        try await withRedis { server, _ in
            let client = try server.client(url: prefix + server.socket + "?db=99")
            let error = await #expect(throws: RedisError.self) { try await client.send(["PING"]) }
            #expect(error?.message.contains(hint) == true)
            await client.close()
        }
    }
}

/// The code of the error that a body throws; nil when it throws none.
func code(_ body: () async throws -> some Any) async -> RedisError.Code? {
    do {
        _ = try await body()
        return nil
    } catch {
        return (error as? RedisError)?.code
    }
}
