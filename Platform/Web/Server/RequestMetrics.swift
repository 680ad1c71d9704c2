import HTTPTypes
import Metrics
import Synchronization

/// `http.server.request.duration` by method, route and status, named as OpenTelemetry names them.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private let timers = Mutex<[Key: Timer]>([:])
    private static let methods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]

    func record(_ duration: Duration, method: HTTPRequest.Method, route: String?, status: HTTPResponse.Status) {
        let name = Self.methods.contains(method) ? method.rawValue : "_OTHER"
        let key = Key(method: name, route: route ?? "", status: status.code)
        timer(key).recordNanoseconds(duration.nanoseconds)
    }

    private func timer(_ key: Key) -> Timer {
        timers.withLock { timers in
            if let timer = timers[key] { return timer }
            let timer = Timer(
                label: "http.server.request.duration",
                dimensions: [
                    ("http.request.method", key.method),
                    ("http.route", key.route),
                    ("http.response.status_code", String(key.status)),
                ]
            )
            timers[key] = timer
            return timer
        }
    }
}

extension Duration {
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
