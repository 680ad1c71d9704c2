extension [MetricFamily] {
    /// The families in Prometheus' text format, version 0.0.4, in the order of their names.
    public var prometheusText: String {
        var text = ""
        for family in sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty { family.write(to: &text) }
        return text
    }
}

extension MetricFamily {
    fileprivate func write(to text: inout String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
        for sample in samples {
            text += name
            text += sample.suffix
            if !sample.labels.isEmpty {
                text += "{"
                text += sample.labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
                    .joined(separator: ",")
                text += "}"
            }
            text += " \(sample.value.prometheusText)\n"
        }
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        guard text.utf8.contains(where: { [0x0A, 0x22, 0x5C].contains($0) }) else { return text }
        return text.reduce(into: "") { escaped, character in
            switch character {
            case "\\": escaped += #"\\"#
            case "\n": escaped += #"\n"#
            case "\"" where quotes: escaped += #"\""#
            default: escaped.append(character)
            }
        }
    }
}

extension Double {
    /// The number as Prometheus writes it.
    var prometheusText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        return magnitude < 1e15 && self == rounded() ? String(Int(self)) : description
    }
}
