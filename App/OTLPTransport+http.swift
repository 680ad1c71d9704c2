import AsyncHTTPClient
import Metrics
import NIOCore
import NIOHTTP1
import Telemetry

extension OTLPTransport {
    /// Posts to a collector, over a connection that is kept.
    static func http(to url: String, headers: [(String, String)]) -> OTLPTransport {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: .seconds(10))
        )
        // What exports spans makes none, or it would never be done.
        configuration.tracing.tracer = nil
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        return OTLPTransport { body in
            var request = HTTPClientRequest(url: url)
            request.method = .POST
            request.headers = HTTPHeaders(headers)
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
            let start = ContinuousClock.now
            let response = try await client.execute(request, timeout: .seconds(10))
            _ = try await response.body.collect(upTo: 1 << 20)
            Self.count(response.status.code, start.duration(to: .now))
            let wait = response.headers.first(name: "Retry-After").flatMap(Int.init).map { Duration.seconds($0) }
            return Answer(status: Int(response.status.code), retryAfter: wait)
        } close: {
            try? await client.shutdown()
        }
    }

    private static func count(_ status: UInt, _ duration: Duration) {
        let dimensions = [
            ("http.request.method", "POST"), ("server.address", "otlp"), ("http.response.status_code", "\(status)"),
        ]
        Timer(label: "http.client.request.duration", dimensions: dimensions).record(duration: duration)
    }
}
