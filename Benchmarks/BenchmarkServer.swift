import AsyncHTTPClient
import HTTPTypes
import Logging
import NIOCore
import NIOHTTP1
import Telemetry
import Web

/// A server in this process with one small endpoint, and a client of it.
struct BenchmarkServer: Sendable {
    private let url: String
    private let traceparent: String

    /// Writes nothing.
    static let silent = Logger(label: "benchmarks") { _ in SwiftLogNoOpLogHandler() }

    /// Writes JSON that goes nowhere.
    static let json = Logger(label: "benchmarks") { label in
        JSONLogHandler(label: label, service: ServiceDescription(version: "benchmark"), sink: LogSink { _ in })
    }

    /// Lends a server, which has answered before. Whether its requests are traced is up to whoever asks.
    static func running(
        isTold: Bool,
        clients: Int,
        _ body: @escaping @Sendable (BenchmarkServer) async throws -> Void
    ) async throws {
        var configuration = WebConfiguration()
        configuration.port = 0
        let endpoint = Endpoint(
            .get,
            "/v1/benchmark/{number}",
            "benchmark",
            "A small reply",
            access: .anyone,
            returns: .bytes("text/plain; charset=utf-8")
        ) { _ in .ok(Bytes("a small reply")) }
        let server = WebServer(
            [EndpointGroup("Benchmark", "One endpoint.", [endpoint])],
            authenticator: .denyingAll,
            configuration: configuration,
            logger: isTold ? json : silent
        )
        try await server.serving { port in
            let server = BenchmarkServer(
                url: "http://127.0.0.1:\(port)/v1/benchmark/0190f2a4-5b3c-7d1e-8f00-1234567890ab",
                traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0\(isTold ? 1 : 0)"
            )
            for _ in 0..<clients { try await server.ask() }
            try await body(server)
        }
    }

    /// Sends one request and reads the reply.
    func ask() async throws {
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "traceparent", value: traceparent)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        precondition(response.status == .ok)
        _ = try await response.body.collect(upTo: 1_024)
    }
}
