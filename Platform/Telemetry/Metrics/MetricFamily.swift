/// Values of one name at one moment, as Prometheus sees them.
///
/// The registry makes them of what is counted as it happens; a collector makes them of what is looked up when somebody
/// asks.
public struct MetricFamily: Sendable, Hashable {
    /// How a value behaves.
    public enum Kind: String, Sendable {
        /// It only grows; its name ends in `_total`.
        case counter
        /// It goes up and down.
        case gauge
        /// Counts by size.
        case histogram
    }

    /// One value.
    public struct Sample: Sendable, Hashable {
        /// What follows the family's name, such as `_bucket`.
        var suffix = ""
        /// What tells it from the others.
        let labels: [Label]
        let value: Double
    }

    /// A label with its value.
    public struct Label: Sendable, Hashable {
        let name: String
        let value: String
    }

    let name: String
    let help: String
    let kind: Kind
    private(set) var samples: [Sample]

    /// A family without values yet. Never put an unbounded set of values into a label.
    public init(_ name: String, _ kind: Kind, _ help: String) {
        self.init(name, kind, help, [])
    }

    /// A family of one value.
    public init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [])
        add(value)
    }

    init(_ name: String, _ kind: Kind, _ help: String, _ samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// Adds a value.
    public mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        samples.append(Sample(labels: labels.map { Label(name: $0.key, value: $0.value) }, value: value))
    }

    mutating func add(_ more: [Sample]) { samples += more }
}
