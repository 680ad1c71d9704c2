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

    init(_ environment: inout Environment) {
        logFormat = environment.choice(
            "STORYTIME_LOG_FORMAT",
            default: .auto,
            "json: one object a line; text: for people; auto: text on a terminal, else json"
        )
        let host = environment.text("STORYTIME_ADMIN_HOST", default: "127.0.0.1", "address that the admin port is on")
        let name = "STORYTIME_ADMIN_PORT"
        guard let text = environment.text(name, "port of /metrics, not for the public; unset: none") else { return }
        guard let port = Int(text), (0...65_535).contains(port) else {
            environment.refuse(name, "\"\(text)\" is no port; choose one from 0 to 65535, such as 9464")
            return
        }
        admin = (host, port)
    }

    /// Whether log lines are JSON.
    var logsAreJSON: Bool { logFormat == .json || logFormat == .auto && !LogSink.isTerminal }
}
