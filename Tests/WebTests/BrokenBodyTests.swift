import InMemoryLogging
import Logging
import NIOCore
import Testing

@testable import Web

/// Bodies that never become whole, which is nobody's fault here: no 500, and nothing in the log that would wake anybody.
@Suite(.serialized, .timeLimit(.minutes(1))) struct BrokenBodyTests {
    private static let head = "POST /v1/kids HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

    @Test(arguments: [
        "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffff\r\n",
        "Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX",
    ])
    func `a body that is not framed as it says is the client's mistake`(rest: String) async throws {
        let harness = Harness()
        try await harness.run { client in
            let reply = try await RawConnection.exchange(Self.head + rest, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
            #expect(reply.contains("MALFORMED_REQUEST"))
        }
        #expect(!harness.log.entries.contains { $0.level >= .warning })
    }

    @Test func `a client that goes away while it sends is no failure of ours`() async throws {
        let harness = Harness()
        try await harness.run { client in
            try await RawConnection.open(port: client.port) { _, outbound in
                try await outbound.write(ByteBuffer(string: Self.head + "Content-Length: 100\r\n\r\nabc"))
            }
            while !harness.log.entries.contains(where: { $0.message == "Request" }) { await Task.yield() }
        }
        let statuses = harness.log.entries.compactMap { $0.metadata["http.response.status_code"]?.description }
        #expect(statuses == ["400"])
        #expect(!harness.log.entries.contains { $0.level >= .warning })
    }

    @Test func `a client of HTTP 1.0 is not told to go on`() async throws {
        try await Harness().run { client in
            let request = """
                POST /v1/webhooks HTTP/1.0\r\nHost: a\r\nContent-Type: application/vnd.sample\r
                Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc
                """
            let reply = try await RawConnection.exchange(request, port: client.port)
            #expect(reply.hasPrefix("HTTP/1.0 200 OK\r\n"))
        }
    }
}
