import Addresses
import AsyncHTTPClient
import NIOCore
import NIOEmbedded
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct HostileClientTests {
    @Test func `header fields over the limit are answered 431 and end the connection`() async throws {
        try await Harness().run { client in
            let heads = [
                "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "a", count: 40_000))\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n" + (0..<200).map { "X-\($0): a\r\n" }.joined() + "\r\n",
            ]
            for head in heads {
                let reply = try await RawConnection.exchange(head, port: client.port)
                #expect(reply.hasPrefix("HTTP/1.1 431 "))
                #expect(reply.contains("HEADERS_TOO_LARGE"))
            }
        }
    }

    @Test(arguments: [
        "\u{16}\u{3}\u{1} nonsense\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
        "POST /v1/kids HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u{0}b\r\n\r\n",
    ])
    func `what is no request is told so, like any other problem`(bytes: String) async throws {
        try await Harness().run { client in
            let reply = try await RawConnection.exchange(bytes, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(reply.contains("MALFORMED_REQUEST"))
            #expect(reply.lowercased().contains("\r\nx-request-id: "))
            #expect(reply.lowercased().contains("\r\nx-content-type-options: nosniff\r\n"))
            #expect(try await client("GET", "/health/live").status == 200)
        }
    }

    @Test(arguments: ["a b", "a/b", "user@a", "", "a:port", "[::1", "[nonsense]", "ä"])
    func `a host that is none is malformed`(host: String) async throws {
        try await Harness().run { client in
            let request = "GET /health/live HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
        }
    }

    @Test(arguments: ["a", "a:8080", "127.0.0.1:80", "[::1]:80", "[::1]", "a.b-c.example"])
    func `a host with or without port is fine`(host: String) async throws {
        try await Harness().run { client in
            let request = "GET /health/live HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func `a target may name the server`() async throws {
        try await Harness().run { client in
            let request = "GET http://a/health/live?x=1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 422 "))
            #expect(reply.contains("\"instance\":\"/health/live\""))
        }
    }

    @Test(arguments: ["", "Connection: keep-alive\r\n"])
    func `the connection of an old client ends with the reply`(field: String) async throws {
        try await Harness().run { client in
            let hello = "GET /v1/hello HTTP/1.0\r\nHost: a\r\n\(field)\r\n"
            #expect(try await RawConnection.exchange(hello, port: client.port).hasSuffix("\r\n\r\nhello"))
            let count = "GET /count HTTP/1.0\r\nHost: a\r\n\(field)\r\n"
            let reply = try await RawConnection.exchange(count, port: client.port)
            #expect(reply.hasSuffix("\r\n\r\n1\n2\n3\n"))
            #expect(!reply.lowercased().contains("transfer-encoding"))
        }
    }

    @Test func `a head that drips in is cut off, although something comes all the time`() throws {
        let deadline = HeadDeadline(first: .seconds(60), rest: .seconds(10))
        let channel = EmbeddedChannel(handler: deadline)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for second in 1...10 {
            #expect(channel.isActive)
            try channel.writeInbound(ByteBuffer(string: "\(second)"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        }
        #expect(!channel.isActive)
    }

    @Test func `whole heads begin the time anew, and a request at work has all of it`() throws {
        let deadline = HeadDeadline(first: .seconds(60), rest: .seconds(10))
        let channel = EmbeddedChannel(handler: deadline)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for _ in 1...3 {
            try channel.writeInbound(ByteBuffer(string: "head"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(9))
            deadline.headArrived()
            try channel.writeInbound(ByteBuffer(string: "body"))
            channel.embeddedEventLoop.advanceTime(by: .seconds(90))
            deadline.requestArrived()
            channel.embeddedEventLoop.advanceTime(by: .seconds(90))
            #expect(channel.isActive)
        }
    }

    @Test func `a connection on which nothing comes is closed`() throws {
        let channel = EmbeddedChannel(handler: HeadDeadline(first: .seconds(60), rest: .seconds(10)))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        channel.embeddedEventLoop.advanceTime(by: .seconds(59))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `one client's connections are bounded, and all together`() throws {
        var configuration = WebConfiguration()
        configuration.connections = 5
        configuration.connectionsPerClient = 2
        configuration.trustedProxies = TrustedProxies([try #require(AddressRange("10.0.0.1"))])
        let bounds = ConnectionBounds(configuration)
        func enter(_ address: String) -> Bool { bounds.enter(from: IPAddress(address)) }
        #expect(enter("2001:db8::1") && enter("2001:db8::2"))
        #expect(!enter("2001:db8::3"))
        bounds.leave(from: IPAddress("2001:db8::1"))
        #expect(enter("2001:db8::3"))
        #expect(enter("10.0.0.1") && enter("10.0.0.1") && enter("10.0.0.1"))
        #expect(!enter("192.0.2.1"))
        bounds.leave(from: IPAddress("10.0.0.1"))
        #expect(enter("192.0.2.1"))
    }

    @Test func `who has too many connections is turned away while others are served`() async throws {
        var harness = Harness()
        harness.configuration.connectionsPerClient = 1
        try await harness.run { client in
            try await RawConnection.open(port: client.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: "GET /v1/hello HTTP/1.1\r\nHost: a\r\n\r\n"))
                var parts = inbound.makeAsyncIterator()
                #expect(try await parts.next().map { String(buffer: $0) }?.hasPrefix("HTTP/1.1 200 ") == true)
                let refused = try? await RawConnection.exchange(
                    "GET /v1/hello HTTP/1.1\r\nHost: a\r\n\r\n",
                    port: client.port
                )
                #expect(refused ?? "" == "")
                try await outbound.write(ByteBuffer(string: "GET /v1/hello HTTP/1.1\r\nHost: a\r\n\r\n"))
                #expect(try await parts.next().map { String(buffer: $0) }?.hasPrefix("HTTP/1.1 200 ") == true)
            }
        }
    }

    @Test func `nesting, numbers and bytes that are no text are malformed bodies`() async throws {
        try await Harness().run { client in
            let bodies: [[UInt8]] = [
                Array(repeating: UInt8(ascii: "["), count: 400_000), Array("{\"name\":\"\u{FF}\"".utf8) + [0xFF, 0xFE],
                Array("{\"age\":1e999999999}".utf8), Array("{\"name\":\"\\uD800\"}".utf8),
            ]
            for body in bodies {
                let type = ["Content-Type": "application/json"]
                let answer = try await client.send("POST", "/v1/kids", "parent", type, .bytes(body))
                #expect([400, 422].contains(answer.status))
                #expect(answer.problem != nil)
            }
        }
    }
}
