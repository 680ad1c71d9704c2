import Addresses
import HTTPTypes
import Origin
import Resilience
import ServiceContextModule
import Testing
import Tracing

@testable import Telemetry
@testable import WebClient

@Suite(.timeLimit(.minutes(2))) struct CallSpanTests {
    private struct Outcome {
        let spans: [FinishedSpan]
        let heads: [String]
    }

    /// Runs the body in a trace, and returns the spans that ended in it and what the other side was asked.
    private func outcome(
        isSampled: Bool = true,
        timeout: Duration = .seconds(60),
        _ script: @escaping @Sendable (_ head: String) -> ScriptedServer.Script,
        _ body: @Sendable (WebClient, _ place: String) async throws -> Void
    ) async throws -> Outcome {
        let queue = SpanQueue(capacity: 100)
        var context = ServiceContext.topLevel
        context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: isSampled, state: "rojo=1")
        var configuration = WebClientConfiguration()
        configuration.timeout = timeout
        let client = WebClient(of: "tests", configuration)
        do {
            let heads = try await ScriptedServer.run(script) { server, port in
                try await withTracer(SpanTracer(queue, share: 0)) {
                    try await ServiceContext.withValue(context) { try await body(client, "127.0.0.1:\(port)") }
                }
                return server.heads.map { $0.lowercased() }
            }
            try await client.close()
            return Outcome(spans: queue.take(), heads: heads)
        } catch {
            try? await client.close()
            throw error
        }
    }

    private static let unavailable = ScriptedServer.Script(
        bytes: "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n"
    )

    @Test func `a call is a span of the trace at work, which goes on at the other side`() async throws {
        let outcome = try await outcome { _ in
            .ok("")
        } _: { client, place in
            _ = try await client.send(WebRequest(.put), to: "http://me:hunter2@\(place)/a/b?token=hunter2#hunter2")
        }
        let span = try #require(outcome.spans.first)
        #expect(outcome.spans.count == 1 && span.name == "PUT" && span.kind == .client && span.parent == 3)
        let place = "00-00000000000000010000000000000002-\(span.trace.spanText)-01"
        #expect(outcome.heads.first?.contains("\r\ntraceparent: \(place)\r\ntracestate: rojo=1\r\n") == true)
        #expect(span.attributes.get("http.request.method") == .string("PUT"))
        #expect(span.attributes.get("http.response.status_code") == .int64(200))
        #expect(span.attributes.get("server.address") == .string("127.0.0.1"))
        let host = try #require(outcome.heads.first?.firstMatch(of: /host: (127\.0\.0\.1:(\d+))\r\n/)?.output)
        #expect(span.attributes.get("server.port") == .int64(Int64(host.2) ?? 0))
        #expect(span.attributes.get("url.full") == .string("http://\(host.1)/a/b"))
        #expect(span.attributes.get("http.request.resend_count") == nil && span.status == nil)
        #expect(!"\(span)".contains("hunter2"))
    }

    @Test func `each attempt is a span of its own, and says which it is`() async throws {
        let outcome = try await outcome { head in
            head.contains("X-Attempt: 3") ? .ok("") : Self.unavailable
        } _: { client, place in
            let retry = Retry(attempts: 3, from: .zero)
            _ = try await retry.call {
                var request = WebRequest()
                if let name = HTTPField.Name("X-Attempt") { request.headers[name] = "\(Attempt.resends + 1)" }
                return try await client.send(request, to: "http://\(place)/").successful()
            }
        }
        let counts = outcome.spans.map { $0.attributes.get("http.request.resend_count") }
        #expect(counts == [nil, .int64(1), .int64(2)])
        #expect(outcome.spans.map { $0.attributes.get("error.type") } == [.string("503"), .string("503"), nil])
        #expect(outcome.spans.map { $0.status?.code } == [.error, .error, nil])
        #expect(outcome.spans.allSatisfy { $0.parent == 3 } && Set(outcome.spans.map(\.trace.span)).count == 3)
    }

    @Test func `a call without a reply says why`() async throws {
        let outcome = try await outcome(timeout: .milliseconds(200)) { head in
            head.hasPrefix("GET /silence") ? .silence : .init(end: .close)
        } _: { client, place in
            for path in ["silence", "end"] {
                await #expect(throws: WebClientError.self) {
                    try await client.send(WebRequest(), to: "http://\(place)/\(path)")
                }
            }
            await #expect(throws: WebClientError.self) { try await client.send(WebRequest(), to: "no url") }
        }
        let types = outcome.spans.map { $0.attributes.get("error.type") }
        #expect(types == [.string("timeout"), .string("connection"), .string("url")])
        #expect(outcome.spans.allSatisfy { $0.status?.code == .error })
    }

    @Test func `a place that a user has named learns nothing of the trace, and its path stays out of it`() async throws
    {
        let outcome = try await outcome { _ in
            .ok("")
        } _: { client, place in
            let port = try #require(place.split(separator: ":").last.flatMap { Int($0) })
            var gate = AddressGuard()
            (gate.schemes, gate.ports, gate.admits) = (["http"], [port], { _ in true })
            let destination = try await gate.check("http://\(place)/hooks/hunter2?token=hunter2")
            _ = try await client.send(WebRequest(.post), to: destination)
        }
        #expect(outcome.heads.count == 1 && outcome.heads.allSatisfy { !$0.contains("trace") })
        let span = try #require(outcome.spans.first)
        #expect(span.name == "POST" && span.attributes.get("server.address") == .string("127.0.0.1"))
        #expect(!"\(span)".contains("hunter2"))
    }

    @Test func `a trace that is not recorded goes on all the same, without spans`() async throws {
        let outcome = try await outcome(isSampled: false) { _ in
            .ok("")
        } _: { client, place in
            _ = try await client.send(WebRequest(), to: "http://\(place)/")
        }
        #expect(outcome.spans.isEmpty)
        let header = "traceparent: 00-00000000000000010000000000000002-0000000000000003-00\r\n"
        #expect(outcome.heads.first?.contains(header) == true)
    }
}
