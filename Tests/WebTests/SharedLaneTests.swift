import FoundationEssentials
import HTTPTypes
import NIOCore
import Testing

@testable import Web

/// What everybody shares is answered before other requests get to their tasks; nobody may notice.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SharedLaneTests {
    private let gate = Gate()

    /// Says its query back, twenty times over so that it is worth reading; `slow` waits for the gate.
    private var shared: EndpointGroup {
        let endpoint = Endpoint(
            .get,
            "/shared",
            "readShared",
            "Say it back",
            access: .anyone,
            query: [.string("q")],
            returns: .ok(Words.self)
        ) { request in
            if request.query["q"] == "slow" { await gate.wait() }
            return .ok(Words(words: Array(repeating: request.query["q"] ?? "", count: 20)))
        }
        return EndpointGroup("Shared", "For everybody.", [endpoint.shared(for: .seconds(600))])
    }

    private func get(_ path: String, _ more: String = "") -> String { "GET \(path) HTTP/1.1\r\nHost: a\r\n\(more)\r\n" }

    /// What stands in the replies, one after the other.
    private func answers(in text: String) -> [String] {
        text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { reply in
            let word = reply.components(separatedBy: #""words":[""#).dropFirst().first?.prefix { $0 != "\"" }
            return word.map(String.init) ?? String(reply.prefix(3))
        }
    }

    @Test func `replies come in the order of the requests, whoever makes them`() async throws {
        try await Harness(more: [shared]).run { client in
            let requests = ["/shared?q=a", "/health/live", "/shared?q=b", "/shared?q=a", "/nowhere", "/shared?q=c"]
            let text = requests.map { get($0) }.joined() + get("/shared?q=last", "Connection: close\r\n")
            for _ in 1...3 {
                let reply = try await RawConnection.exchange(text, port: client.port)
                #expect(answers(in: reply) == ["a", "200", "b", "a", "404", "c", "last"])
            }
        }
    }

    @Test func `what comes behind a reply that is awaited waits too`() async throws {
        try await Harness(more: [shared]).run { client in
            let text = get("/shared?q=slow") + get("/health/live") + get("/shared?q=b", "Connection: close\r\n")
            async let reply = RawConnection.exchange(text, port: client.port)
            await gate.arrival()
            await gate.open()
            let replies = try await reply
            #expect(answers(in: replies) == ["slow", "200", "b"])
        }
    }

    @Test func `a client that has said all it had to say gets the reply it waits for`() async throws {
        try await Harness(more: [shared]).run { client in
            try await RawConnection.open(port: client.port, halfCloses: true) { inbound, outbound in
                try await outbound.write(ByteBuffer(string: get("/shared?q=slow")))
                outbound.finish()
                await gate.arrival()
                await gate.open()
                var reply = ""
                for try await part in inbound { reply += String(buffer: part) }
                #expect(answers(in: reply) == ["slow"])
            }
        }
    }

    @Test func `a client that half-closes behind several requests gets all replies`() async throws {
        try await Harness(more: [shared]).run { client in
            // What is here already is answered in one go with what it waited behind.
            _ = try await client("GET", "/shared?q=b")
            try await RawConnection.open(port: client.port, halfCloses: true) { inbound, outbound in
                let requests = ["/shared?q=slow", "/shared?q=b", "/health/live", "/shared?q=c"]
                try await outbound.write(ByteBuffer(string: requests.map { get($0) }.joined()))
                outbound.finish()
                await gate.arrival()
                // New connections go round the server's loops: once they are answered, the half-closing has been heard.
                let other = get("/health/live", "Connection: close\r\n")
                for _ in 1...16 { _ = try await RawConnection.exchange(other, port: client.port) }
                await gate.open()
                var reply = ""
                for try await part in inbound { reply += String(buffer: part) }
                #expect(answers(in: reply) == ["slow", "b", "200", "c"])
            }
        }
    }

    @Test func `a client that asks and asks before it reads gets all replies`() async throws {
        try await Harness(more: [shared]).run { client in
            let numbers = (0..<2_000).map { "\($0 % 50)" }
            let text = numbers.map { get("/shared?q=\($0)") }.joined() + get("/shared?q=last", "Connection: close\r\n")
            let reply = try await RawConnection.exchange(text, port: client.port)
            #expect(answers(in: reply) == numbers + ["last"])
        }
    }

    @Test func `HEAD has the length and no body, and every reply its date`() async throws {
        try await Harness(more: [shared]).run { client in
            let whole = try await client("GET", "/shared?q=a")
            let head = try await client("HEAD", "/shared?q=a")
            #expect(head.status == 200 && head.bytes.isEmpty && head["ETag"] == whole["ETag"])
            let date = try #require(whole["Date"])
            #expect(date.count == 29 && date.hasSuffix(" GMT"))
            let other = try await client("GET", "/health/live")["Date"]
            #expect(other?.prefix(16) == date.prefix(16))
        }
    }

    @Test(arguments: [
        (784_111_777.0, "Sun, 06 Nov 1994 08:49:37 GMT"), (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        (0.5, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ])
    func `a date is written as RFC 9110 has it`(seconds: Double, text: String) {
        var clock = HTTPClock()
        #expect(clock.text(at: Date(timeIntervalSince1970: 1)) == "Thu, 01 Jan 1970 00:00:01 GMT")
        #expect(clock.text(at: Date(timeIntervalSince1970: seconds)) == text)
        #expect(clock.text(at: Date(timeIntervalSince1970: seconds)) == text)
    }
}
