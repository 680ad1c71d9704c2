import Logging
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ProtocolTests {
    /// PING and CLIENT SETNAME, answered.
    private static let greeting = "+PONG\r\n+OK\r\n"

    @Test(arguments: [
        ("an answer too many", greeting + "+OK\r\n"),
        ("no Redis at all", "220 mail.example ESMTP\r\n"),
        ("a message to one who did not subscribe", greeting + "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n"),
        ("nesting without an end", greeting + String(repeating: "*1\r\n", count: 1000)),
        ("a length that is none", greeting + "$99999999999999999999\r\n"),
    ])
    func `a server that does not keep to the protocol costs its connection, not the program`(_: String, answer: String)
        async throws
    {
        let server = try FakeServer(answer: Array(answer.utf8))
        let client = try client(of: server)
        let code = await code { try await client.send(["PING"], timeout: .seconds(2)) }
        #expect([.connectionLost, .unavailable, .timeout].contains(code))
        await client.close()
        withExtendedLifetime(server) {}
    }

    @Test func `a server that ends every connection counts as down, after few attempts`() async throws {
        let server = try FakeServer(answer: Array(Self.greeting.utf8), thenClose: true)
        let client = try client(of: server)
        try await eventually { await code { try await client.send(["PING"]) } == .unavailable }
        await client.close()
        withExtendedLifetime(server) {}
    }

    private func client(of server: FakeServer) throws -> RedisClient {
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        return RedisClient(try RedisConfiguration(url: server.url), on: try TestDatabase.loop, logger: silent)
    }
}
