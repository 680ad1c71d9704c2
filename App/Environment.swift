/// Reads settings from the environment and remembers everything that is wrong with them, to report it all at once.
struct Environment {
    /// One setting as it was read, for `storytime config`.
    struct Setting {
        let name: String
        let value: String
        let meaning: String
    }

    private let variables: [String: String]
    private(set) var errors: [String] = []
    private(set) var settings: [Setting] = []

    init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// A text; nil when unset or empty. A secret is never shown.
    mutating func text(_ name: String, secret: Bool = false, _ meaning: String) -> String? {
        let value = variables[name].flatMap { $0.isEmpty ? nil : $0 }
        note(name, value.map { secret ? "(set, not shown)" : $0 } ?? "(not set)", meaning)
        return value
    }

    mutating func text(_ name: String, default fallback: String, _ meaning: String) -> String {
        let value = variables[name].flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        note(name, value, meaning)
        return value
    }

    /// A text that has to be there.
    mutating func required(_ name: String, secret: Bool = false, _ meaning: String) -> String {
        guard let value = text(name, secret: secret, meaning) else {
            errors.append("\(name) is not set: \(meaning)")
            return ""
        }
        return value
    }

    mutating func integer(_ name: String, default fallback: Int, in range: ClosedRange<Int>, _ meaning: String) -> Int {
        let value = read(name, Int.init, "a whole number") ?? fallback
        if !range.contains(value) {
            errors.append("\(name) is \(value), but must be from \(range.lowerBound) to \(range.upperBound)")
        }
        note(name, "\(value)", meaning)
        return value
    }

    /// A time in seconds, with a fraction if need be.
    mutating func seconds(_ name: String, default fallback: Double, _ meaning: String) -> Duration {
        let value = read(name, Double.init, "a number of seconds") ?? fallback
        if !(0...86_400).contains(value) { errors.append("\(name) is \(value), but must be from 0 to 86400 seconds") }
        note(name, "\(value)", meaning)
        return .milliseconds(Int(min(max(value, 0), 86_400) * 1000))
    }

    /// One of a few words.
    mutating func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String,
        default fallback: Value,
        _ meaning: String
    ) -> Value where Value.RawValue == String {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        let value = read(name, Value.init(rawValue:), "one of \(words)") ?? fallback
        note(name, value.rawValue, meaning)
        return value
    }

    /// Values between commas; none when unset.
    mutating func list<Value>(_ name: String, _ kind: String, _ meaning: String, _ parse: (String) -> Value?) -> [Value]
    {
        let text = text(name, meaning) ?? ""
        return text.split(separator: ",").compactMap { part in
            let word = part.filter { $0 != " " }
            let value = parse(word)
            if value == nil { errors.append("\(name) has \"\(word)\" in it, which is not \(kind)") }
            return value
        }
    }

    /// Reports what is wrong with a setting that somebody else has looked at.
    mutating func refuse(_ name: String, _ reason: String) { errors.append("\(name): \(reason)") }

    private func raw(_ name: String) -> String? { variables[name].flatMap { $0.isEmpty ? nil : $0 } }

    private mutating func read<Value>(_ name: String, _ parse: (String) -> Value?, _ kind: String) -> Value? {
        guard let text = raw(name) else { return nil }
        guard let value = parse(text) else {
            errors.append("\(name) is \"\(text)\", which is not \(kind)")
            return nil
        }
        return value
    }

    private mutating func note(_ name: String, _ value: String, _ meaning: String) {
        settings.append(Setting(name: name, value: value, meaning: meaning))
    }
}

/// The configuration cannot be used. Nothing was started.
struct ConfigurationError: Error, CustomStringConvertible {
    let errors: [String]
    var description: String {
        "the configuration cannot be used:\n" + errors.map { "  - \($0)" }.joined(separator: "\n")
    }
}
