import HTTPTypes
import Origin
import ServiceContextModule
import Testing

@testable import WebClient

@Suite(.timeLimit(.minutes(5))) struct WebClientTests {
    private func with<Result>(
        _ change: (inout WebClientConfiguration) -> Void = { _ in },
        script: @escaping @Sendable (String) -> ScriptedServer.Script,
        _ body: (WebClient, ScriptedServer, _ url: String) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(script) { server, port in
            var configuration = WebClientConfiguration()
            // A machine that is busy elsewhere is not what these tests are about.
            configuration.timeout = .seconds(60)
            configuration.connectTimeout = .seconds(60)
            change(&configuration)
            let client = WebClient(of: "tests", configuration)
            do {
                let result = try await body(client, server, "http://127.0.0.1:\(port)")
                try await client.close()
                return result
            } catch {
                try? await client.close()
                throw error
            }
        }
    }

    private func failure(_ client: WebClient, _ url: String) async -> WebClientError? {
        await #expect(throws: WebClientError.self) { try await client.send(WebRequest(), to: url) }
    }

    @Test func `a reply comes with status, fields and body, and the connection is kept`() async throws {
        let teapot = "HTTP/1.1 418 I'm a teapot\r\nX-Kind: green\r\nContent-Length: 3\r\n\r\ntea"
        try await with(script: { _ in .init(bytes: teapot) }) { client, server, url in
            for _ in 0..<5 {
                let reply = try await client.send(WebRequest(headers: [.accept: "text/plain"]), to: "\(url)/pot?size=1")
                #expect(reply.status.code == 418 && String(decoding: reply.body, as: UTF8.self) == "tea")
                #expect(HTTPField.Name("X-Kind").map { reply.headers[$0] } == "green")
            }
            #expect(server.connections == 1)
            #expect(server.heads.allSatisfy { $0.hasPrefix("GET /pot?size=1 HTTP/1.1\r\n") })
            #expect(server.heads.allSatisfy { $0.lowercased().contains("\r\naccept: text/plain\r\n") })
        }
    }

    @Test func `a call is part of the trace at work, and brings along what others noted about it`() async throws {
        try await with(script: { _ in .ok("") }) { client, server, url in
            _ = try await client.send(WebRequest(), to: url)
            var context = ServiceContext.topLevel
            context.traceContext = TraceContext(traceHigh: 1, traceLow: 2, span: 3, isSampled: true, state: "rojo=1")
            _ = try await ServiceContext.withValue(context) { try await client.send(WebRequest(), to: url) }
            let heads = server.heads.map { $0.lowercased() }
            #expect(!heads[0].contains("\r\ntrace"))
            #expect(heads[1].contains("\r\ntraceparent: 00-00000000000000010000000000000002-0000000000000003-01\r\n"))
            #expect(heads[1].contains("\r\ntracestate: rojo=1\r\n"))
        }
    }

    @Test func `a redirect is a reply like any other`() async throws {
        let away = "HTTP/1.1 302 Found\r\nLocation: /inside\r\nContent-Length: 0\r\n\r\n"
        try await with(script: { _ in .init(bytes: away) }) { client, server, url in
            let reply = try await client.send(WebRequest(), to: url)
            #expect(reply.status == .found && reply.headers[.location] == "/inside" && server.heads.count == 1)
        }
    }

    @Test func `a body beyond the limit is refused, whether it says so or not`() async throws {
        let long = String(repeating: "x", count: 2_000)
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n\(long)\r\n0\r\n\r\n"
        for script in [ScriptedServer.Script.ok(long), .init(bytes: chunked)] {
            try await with {
                $0.bodyLimit = 1_000
            } script: { _ in
                script
            } _: { client, _, url in
                let error = await failure(client, url)
                #expect(error?.code == .size && error?.isTransient == false)
            }
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"])
    func `silence ends with the time, before the head and within the body`(bytes: String) async throws {
        try await with {
            $0.timeout = .milliseconds(200)
        } script: { _ in
            .init(bytes: bytes)
        } _: { client, _, url in
            let error = await failure(client, url)
            #expect(error?.code == .timeout && error?.isTransient == true)
        }
    }

    @Test func `what breaks is told apart from what was never there`() async throws {
        try await with(script: { _ in .init(bytes: "", end: .close) }) { client, _, url in
            #expect(await failure(client, url)?.code == .connection)
            // It may have had its effect, so only what may have it twice is tried again.
            for (request, isTransient) in Self.attempts {
                let error = await #expect(throws: WebClientError.self) { try await client.send(request, to: url) }
                #expect(error?.code == .connection && error?.isTransient == isTransient)
            }
        }
        for status in ["-1", "12345"] {
            let answer = "HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n"
            try await with(script: { _ in .init(bytes: answer) }) { client, _, url in
                #expect(await failure(client, url)?.code == .protocol)
            }
        }
        try await with(script: { _ in .init(bytes: "I am no web server\r\n\r\n", end: .close) }) { client, _, url in
            #expect(await failure(client, url)?.isTransient == false)
        }
        let client = WebClient(of: "tests")
        let absent = await #expect(throws: WebClientError.self) {
            try await client.send(WebRequest(.post), to: "http://127.0.0.1:1/")
        }
        #expect(absent?.code == .connect && absent?.isTransient == true)
        #expect(await failure(client, "no url")?.code == .url)
        try await client.close()
    }

    private static let attempts: [(WebRequest, Bool)] = [
        (WebRequest(.put), true), (WebRequest(.delete), true), (WebRequest(.post), false), (WebRequest(.patch), false),
        (WebRequest(.post, headers: HTTPField.Name("Idempotency-Key").map { [$0: "1"] } ?? [:]), true),
    ]

    @Test(
        arguments: [
            (200, nil, HTTPRequest.Method.post, nil), (404, nil, .get, false), (503, nil, .get, true),
            (503, nil, .post, false), (503, "7", .post, true), (429, "7", .post, true), (501, "7", .get, false),
        ] as [(Int, String?, HTTPRequest.Method, Bool?)]
    )
    func `a status that is no success is an error for those who ask`(
        status: Int,
        wait: String?,
        method: HTTPRequest.Method,
        isTransient: Bool?
    ) async throws {
        let fields = wait.map { "Retry-After: \($0)\r\n" } ?? ""
        let script = "HTTP/1.1 \(status) Reason\r\n\(fields)Content-Length: 0\r\n\r\n"
        try await with(script: { _ in .init(bytes: script) }) { client, _, url in
            let reply = try await client.send(WebRequest(method), to: url)
            let result = Result { try reply.successful() }
            guard let isTransient else {
                #expect(throws: Never.self) { try result.get() }
                return
            }
            let error = #expect(throws: WebClientError.self) { try result.get() }
            #expect(error?.code == .status && error?.isTransient == isTransient)
            #expect(error?.retryAfter == wait.flatMap { Int($0) }.map { .seconds($0) })
        }
    }

    @Test(
        arguments: [
            ("0", 0...0), ("120", 120...120), ("Sun, 06 Nov 1994 08:49:37 GMT", 0...0), ("-1", nil), ("soon", nil),
            ("Fri, 31 Dec 2399 23:59:59 GMT", 1_000_000_000...20_000_000_000),
        ] as [(String, ClosedRange<Double>?)]
    )
    func `Retry-After is seconds, or a date`(text: String, expected: ClosedRange<Double>?) {
        let reply = WebReply(status: .ok, headers: [.retryAfter: text], body: [], isRepeatable: true)
        let seconds = reply.retryAfter.map { $0 / .seconds(1) }
        #expect(seconds.map { expected?.contains($0) ?? false } ?? (expected == nil))
    }

    @Test func `a caller who leaves is told nothing else`() async throws {
        try await with(script: { _ in .silence }) { client, server, url in
            let call = Task { try await client.send(WebRequest(), to: url) }
            while server.heads.isEmpty { await Task.yield() }
            call.cancel()
            await #expect(throws: CancellationError.self) { try await call.value }
        }
    }
}
