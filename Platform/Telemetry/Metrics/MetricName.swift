/// How labels of swift-metrics, which are OpenTelemetry's names, become Prometheus' names.
enum MetricName {
    /// The name of a metric: its unit and `_total` come last.
    static func of(_ label: String, _ kind: MetricFamily.Kind) -> String {
        let name = self.label(label)
        switch (kind, MetricDescription.of(label).unit) {
        case (.counter, _): return name + "_total"
        case (_, .seconds): return name.hasSuffix("_seconds") ? name : name + "_seconds"
        case (_, .bytes): return name + "_bytes"
        case (_, .count): return name
        }
    }

    /// The name of a label.
    static func label(_ name: String) -> String {
        String(decoding: name.utf8.map { isAllowed($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
    }
}
