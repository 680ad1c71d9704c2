import AsyncHTTPClient
import NIOCore
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct ConnectionTests {
    @Test(arguments: ["GET /health/live HTTP/1.1\r\n\r\n", "GET /health/live HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"])
    func `no host or two are malformed`(request: String) async throws {
        try await Harness().run { client in
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(reply.contains("MALFORMED_REQUEST"))
            #expect(reply.lowercased().contains("\r\nx-request-id: "))
        }
    }

    @Test(arguments: ["close", "Close", "keep-alive, Close"])
    func `a connection closes when asked in any case`(value: String) async throws {
        try await Harness().run { client in
            let request = "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: \(value)\r\n\r\n"
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
        }
    }

    @Test func `a body is invited at once if it may be sent`() async throws {
        try await Harness().run { client in
            let head = """
                POST /v1/webhooks HTTP/1.1\r\nHost: a\r\nContent-Type: application/vnd.sample\r\nConnection: close\r
                Expect: 100-continue\r\nContent-Length: 3\r\n\r\n
                """
            try await RawConnection.open(port: client.port) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: head))
                var parts = inbound.makeAsyncIterator()
                let invitation = try await parts.next().map { String(buffer: $0) }
                #expect(invitation == "HTTP/1.1 100 Continue\r\n\r\n")
                try await outbound.write(ByteBuffer(string: "abc"))
                var reply = ""
                while let part = try await parts.next() { reply += String(buffer: part) }
                #expect(reply.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(reply.hasSuffix(#"{"words":["abc"]}"#))
            }
        }
    }

    @Test func `a body that says it is too large is refused before it comes`() async throws {
        try await Harness(configuration: .bodyLimit(1000)).run { client in
            let request = """
                POST /v1/webhooks HTTP/1.1\r\nHost: a\r\nContent-Type: application/vnd.sample\r
                Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n
                """
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 413 "))
            #expect(reply.lowercased().contains("\r\nconnection: close\r\n"))
            #expect(reply.contains("PAYLOAD_TOO_LARGE"))
        }
    }

    @Test(arguments: [true, false]) func `the limit is exact, with and without a length`(hasLength: Bool) async throws {
        try await Harness(configuration: .bodyLimit(1000)).run { client in
            for (count, status) in [(1000, 200), (1001, 413), (300_000, 413)] {
                let bytes = [UInt8](repeating: 0x61, count: count)
                let chunks = AsyncStream<ByteBuffer> { stream in
                    stream.yield(ByteBuffer(bytes: bytes))
                    stream.finish()
                }
                let length: HTTPClientRequest.Body.Length = hasLength ? .known(Int64(count)) : .unknown
                let answer = try await client.send(
                    "POST",
                    "/v1/webhooks",
                    nil,
                    ["Content-Type": "application/vnd.sample"],
                    .stream(chunks, length: length)
                )
                #expect(answer.status == status)
                if status == 413 { #expect(answer.problem == "PAYLOAD_TOO_LARGE") }
            }
        }
    }

    @Test func `bytes that are not HTTP do no harm`() async throws {
        try await Harness().run { client in
            let reply = try await RawConnection.exchange("\u{16}\u{3}\u{1} nonsense\r\n\r\n", port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400"))
            #expect(try await client("GET", "/health/live").status == 200)
        }
    }
}

extension WebConfiguration {
    static func bodyLimit(_ limit: Int) -> WebConfiguration {
        var configuration = WebConfiguration()
        configuration.bodyLimit = limit
        return configuration
    }
}
