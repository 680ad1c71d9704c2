import StrictJSON
import TestSupport

/// What dashboards and alerts ask Prometheus.
enum Queries {
    /// Every panel's query.
    static func ofPanels() throws -> [String] {
        try Tool.files(in: "Deploy/grafana", ".json").flatMap { file in
            try JSON(parsing: Array(try Tool.text(file).utf8))["panels"]?.array ?? []
        }.flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
    }

    /// Every alert's query.
    static func ofAlerts() throws -> [String] {
        try Tool.text("Deploy/prometheus/alerts.yml").matches(of: /expr: (.*)/).map { String($0.1) }
    }

    /// The metrics that a query asks for.
    static func metrics(in query: String) -> [String] {
        let bare = query.replacing(/"[^"]*"/, with: "").replacing(/\{[^}]*\}/, with: "")
            .replacing(/\b(?:by|without)\s*\([^)]*\)/, with: "").replacing(/\[[^\]]*\]/, with: "")
        return bare.matches(of: /[a-z][a-z0-9_]*/).map { String($0.0) }.filter { !functions.contains($0) }
    }

    private static let functions: Set = [
        "sum", "max", "max_over_time", "count", "rate", "histogram_quantile", "topk", "deriv", "changes", "e6", "e9",
    ]

    /// The metrics on a page in Prometheus' text format.
    static func metrics(on page: String) -> Set<String> {
        Set(
            page.matches(of: /# TYPE (\w+) (\w+)/).flatMap { match in
                match.2 == "histogram"
                    ? ["_bucket", "_count", "_sum"].map { String(match.1) + $0 } : [String(match.1)]
            }
        )
    }
}
