import Logging
import ServiceLifecycle
import StrictJSON
import Testing

@testable import Web

@Suite(.timeLimit(.minutes(1))) struct ShutdownTests {
    private let api = SampleRoutes()

    private func server(_ configuration: WebConfiguration, ready: AsyncStream<Int>.Continuation) -> WebServer {
        WebServer(
            [api.faults],
            authenticator: .denyingAll,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onReady: { ready.yield($0) }
        )
    }

    @Test func `it is not ready first, then stops listening, and finishes what is at work`() async throws {
        var configuration = WebConfiguration()
        configuration.port = 0
        configuration.shutdownDelay = .milliseconds(500)
        let (ports, ready) = AsyncStream<Int>.makeStream()
        let server = server(configuration, ready: ready)
        let group = ServiceGroup(configuration: .init(services: [server], logger: server.logger))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let client = Client(port: try #require(await ports.first { _ in true }))
            #expect(try await client("GET", "/health/ready").status == 200)
            async let working = client("GET", "/stubborn")
            await api.gate.arrival()

            await group.triggerGracefulShutdown()
            while !server.lifecycle.isDraining { await Task.yield() }
            let ready = try await client("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready.json["output"] == "Going away")
            #expect(try await client("GET", "/health/live").status == 200)

            // Until nobody listens any more, new requests are answered.
            while (try? await RawConnection.exchange(
                "GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
                port: client.port
            )) != nil {}
            await api.gate.open()
            #expect(try await working.status == 204)
            try await tasks.waitForAll()
        }
    }
}
