import HTTPTypes
import Metrics
import Synchronization

/// How long requests take and how large they are, by method, route and status, named as OpenTelemetry names them.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Instruments {
        let duration: Timer
        let requestSize: Recorder
        let responseSize: Recorder
    }

    /// Requests that wait for their reply.
    let active = Meter(label: "http.server.active_requests")
    private let instruments = Mutex<[Key: Instruments]>([:])
    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]

    func record(
        _ duration: Duration,
        method: HTTPRequest.Method,
        route: String?,
        status: HTTPResponse.Status,
        requestBytes: Int? = nil,
        responseBytes: Int? = nil
    ) {
        let name = Self.methods.contains(method) ? method.rawValue : "_OTHER"
        let key = Key(method: name, route: route ?? "", status: status.code)
        let instruments = instruments(key)
        instruments.duration.record(duration: duration)
        if let requestBytes { instruments.requestSize.record(requestBytes) }
        if let responseBytes { instruments.responseSize.record(responseBytes) }
    }

    private func instruments(_ key: Key) -> Instruments {
        instruments.withLock { instruments in
            if let known = instruments[key] { return known }
            let dimensions = [
                ("http.request.method", key.method),
                ("http.route", key.route),
                ("http.response.status_code", String(key.status)),
            ]
            let made = Instruments(
                duration: Timer(label: "http.server.request.duration", dimensions: dimensions),
                requestSize: Recorder(label: "http.server.request.body.size", dimensions: dimensions),
                responseSize: Recorder(label: "http.server.response.body.size", dimensions: dimensions)
            )
            instruments[key] = made
            return made
        }
    }
}
