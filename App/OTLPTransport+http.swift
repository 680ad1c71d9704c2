import HTTPTypes
import Telemetry
import WebClient

extension OTLPTransport {
    /// Posts to a collector, over a connection that is kept.
    static func http(to url: String, headers: HTTPFields) -> OTLPTransport {
        let client = WebClient(of: "otlp")
        var headers = headers
        headers[.contentType] = "application/json"
        let fields = headers
        return OTLPTransport { body in
            let reply = try await client.send(WebRequest(.post, headers: fields, body: body), to: url)
            return Answer(status: reply.status.code, retryAfter: reply.retryAfter)
        } close: {
            try? await client.close()
        }
    }
}
