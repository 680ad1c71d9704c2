import HTTPTypes
import Telemetry

/// How the program tells how it is doing.
struct TelemetryConfiguration {
    /// How log lines are written.
    enum LogFormat: String, CaseIterable {
        /// JSON, unless a person is likely to read along.
        case auto
        case json
        case text
    }

    var logFormat = LogFormat.auto
    /// Where `/metrics` is; nil when nothing is counted.
    var admin: (host: String, port: Int)?
    /// Where spans go; nil when there are none.
    var traces: (url: String, headers: HTTPFields, share: Double)?

    init(_ environment: inout Environment) {
        readLogs(&environment)
        readAdmin(&environment)
        readTraces(&environment)
    }

    /// Whether log lines are JSON.
    var logsAreJSON: Bool { logFormat == .json || logFormat == .auto && !LogSink.isTerminal }

    private mutating func readLogs(_ environment: inout Environment) {
        logFormat = environment.choice(
            "STORYTIME_LOG_FORMAT",
            default: .auto,
            "json: one object a line; text: for people; auto: text on a terminal, else json"
        )
    }

    private mutating func readAdmin(_ environment: inout Environment) {
        let host = environment.text("STORYTIME_ADMIN_HOST", default: "127.0.0.1", "address that the admin port is on")
        let name = "STORYTIME_ADMIN_PORT"
        guard let text = environment.text(name, "port of /metrics, not for the public; unset: none") else { return }
        guard let port = Int(text), (0...65_535).contains(port) else {
            environment.refuse(name, "\"\(text)\" is no port; choose one from 0 to 65535, such as 9464")
            return
        }
        admin = (host, port)
    }

    private mutating func readTraces(_ environment: inout Environment) {
        let name = "STORYTIME_OTLP_ENDPOINT"
        let endpoint = environment.text(name, "collector for traces, http[s]://host:4318; unset: none")
        let headers = self.headers(&environment)
        let share = self.share(&environment)
        guard let endpoint else { return }
        guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
            environment.refuse(name, "must begin with http:// or https://, such as http://localhost:4318")
            return
        }
        guard !endpoint.contains("@") else {
            environment.refuse(name, "must not hold a password; put it into STORYTIME_OTLP_HEADERS")
            return
        }
        let base = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
        traces = ("\(base)/v1/traces", headers, share)
    }

    private func headers(_ environment: inout Environment) -> HTTPFields {
        let name = "STORYTIME_OTLP_HEADERS"
        let text = environment.text(name, secret: true, "header fields for the collector, name=value by commas") ?? ""
        var fields = HTTPFields()
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let field = HTTPField.Name(String(parts[0])) else {
                environment.refuse(name, "every part must be name=value")
                continue
            }
            fields[field] = String(parts[1])
        }
        return fields
    }

    private func share(_ environment: inout Environment) -> Double {
        let name = "STORYTIME_TRACE_SHARE"
        let text = environment.text(name, default: "1", "share of the traces that begin here which is recorded, 0 to 1")
        guard let share = Double(text), (0...1).contains(share) else {
            environment.refuse(name, "\"\(text)\" is no share; choose a number from 0 to 1, such as 0.1")
            return 0
        }
        return share
    }
}
