import HTTPTypes
import Metrics

/// `http.client.request.duration` by service, method and outcome, named as OpenTelemetry names them.
struct CallMetrics: Sendable {
    let service: String

    /// Notes a call that was answered with a status, or failed with a code.
    func record(_ duration: Duration, _ method: HTTPRequest.Method, _ outcome: String) {
        let isStatus = outcome.first?.isNumber == true
        let timer = Timer(
            label: "http.client.request.duration",
            dimensions: [
                ("peer.service", service), ("http.request.method", method.rawValue),
                (isStatus ? "http.response.status_code" : "error.type", outcome),
            ]
        )
        timer.record(duration: duration)
    }
}
