import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import StrictJSON
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct ShutdownTests {
    private let api = SampleRoutes()

    private func server(_ delay: Gate, _ ready: AsyncStream<Int>.Continuation) -> WebServer {
        var configuration = WebConfiguration()
        configuration.port = 0
        var server = WebServer(
            [api.faults],
            authenticator: .denyingAll,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onReady: { ready.yield($0) }
        )
        server.pause = { _ in await delay.wait() }
        return server
    }

    @Test func `it is not ready first, then stops listening, and finishes what is at work`() async throws {
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let delay = Gate()
        let server = server(delay, ready)
        let group = ServiceGroup(configuration: .init(services: [server], logger: server.logger))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let client = Client(port: try #require(await ports.first { _ in true }))
            #expect(try await client("GET", "/health/ready").status == 200)
            async let working = client("GET", "/stubborn")
            await api.gate.arrival()

            await group.triggerGracefulShutdown()
            await delay.arrival()
            let ready = try await client("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.json["output"] == "Going away")
            #expect(try await client("GET", "/health/live").status == 200)

            await delay.open()
            while await isListening(client.port) {}
            await api.gate.open()
            #expect(try await working.status == 204)
            try await tasks.waitForAll()
        }
    }

    private func isListening(_ port: Int) async -> Bool {
        (try? await RawConnection.open(port: port) { _, _ in }) != nil
    }

    @Test func `an open stream ends with the server and not with an error`() async throws {
        let (bodies, sink) = AsyncStream<String>.makeStream()
        try await Harness().run { client in
            let request = HTTPClientRequest(url: "http://127.0.0.1:\(client.port)/live")
            let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
            #expect(response.headers.first(name: "Content-Type") == "text/event-stream")
            var chunks = response.body.makeAsyncIterator()
            let first = try await chunks.next()
            sink.yield(first.map { String(buffer: $0) } ?? "")
            // Reads on beyond the end of this closure, at which the server stops.
            Task { sink.yield(try await chunks.next() == nil ? "end" : "more") }
        }
        var received = bodies.makeAsyncIterator()
        #expect(await received.next() == "data: hello\n\n")
        #expect(await received.next() == "end")
    }
}
