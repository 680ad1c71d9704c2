import HTTPTypes
import Instruments
import Metrics

/// `http.client.request.duration` by service, method and outcome, named as OpenTelemetry names them.
final class CallMetrics: Sendable {
    private struct Labels: Hashable {
        let method: String
        let outcome: String
    }

    private let durations: Instruments<Labels, Timer>

    init(service: String) {
        durations = Instruments { labels in
            let isStatus = labels.outcome.first?.isNumber == true
            return Timer(
                label: "http.client.request.duration",
                dimensions: [
                    ("peer.service", service), ("http.request.method", labels.method),
                    (isStatus ? "http.response.status_code" : "error.type", labels.outcome),
                ]
            )
        }
    }

    /// Notes a call that was answered with a status, or failed with a code.
    func record(_ duration: Duration, _ method: HTTPRequest.Method, _ outcome: String) {
        durations[Labels(method: method.rawValue, outcome: outcome)].record(duration: duration)
    }
}
