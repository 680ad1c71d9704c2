import FoundationEssentials

/// Reads settings from the environment, and from the file that it may name, and remembers everything that is wrong with
/// them, to report it all at once.
///
/// A variable wins over the file; an empty one counts as unset. A secret may stand in a file of its own, named by the
/// variable with `_FILE` behind it.
struct Environment {
    /// One setting as it was read, for `storytime config`.
    struct Setting: Encodable {
        let name: String
        let value: String
        /// `default`, `environment`, or the file.
        let source: String
        let meaning: String
    }

    private let variables: [String: String]
    private let file: SettingsFile?
    private(set) var errors: [String] = []
    private(set) var settings: [Setting] = []
    private var secrets: Set<String> = []

    /// The variable that names a file with settings.
    private static let fileVariable = "STORYTIME_CONFIG_FILE"

    init(_ variables: [String: String]) {
        self.variables = variables
        guard let path = variables[Self.fileVariable], !path.isEmpty else {
            file = nil
            return
        }
        do {
            let file = try SettingsFile(path: path)
            errors = file.errors
            self.file = file
        } catch {
            file = nil
            errors = ["\(Self.fileVariable): \(path) cannot be read; name a file that this account may read"]
        }
    }

    // MARK: Reading

    /// A text; nil when unset or empty. A secret is never shown, and may come from a file of its own.
    mutating func text(_ name: String, secret: Bool = false, _ meaning: String) -> String? {
        if secret { return self.secret(name, meaning) }
        let value = raw(name)
        note(name, value ?? "(not set)", meaning)
        return value
    }

    mutating func text(_ name: String, default fallback: String, _ meaning: String) -> String {
        let value = raw(name) ?? fallback
        note(name, value, meaning)
        return value
    }

    /// A text that has to be there.
    mutating func required(_ name: String, secret: Bool = false, _ meaning: String) -> String {
        let mistakes = errors.count
        guard let value = text(name, secret: secret, meaning) else {
            if errors.count == mistakes { errors.append("\(name) is not set: \(meaning)") }
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
        let value = read(name, { Double($0).flatMap { $0.isFinite ? $0 : nil } }, "a number of seconds") ?? fallback
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

    // MARK: What is wrong

    /// Reports what is wrong with a setting that somebody else has looked at.
    mutating func refuse(_ name: String, _ reason: String) { errors.append("\(name): \(reason)") }

    /// Variables that look like settings and are none, each with the setting that may have been meant. To be asked when
    /// all have been read.
    var warnings: [String] {
        let known = Set(settings.map(\.name)).union(secrets.map { "\($0)_FILE" }).union([Self.fileVariable])
        let given = Set(variables.keys).union(file?.values.keys ?? [:].keys)
        return given.filter { $0.hasPrefix("STORYTIME_") && !known.contains($0) && !Self.isForTests($0) }.sorted().map {
            let nearest = $0.nearest(in: known)
            return "\($0) is no setting" + (nearest.map { "; did you mean \($0)?" } ?? " and has no effect")
        }
    }

    private static func isForTests(_ name: String) -> Bool {
        ["STORYTIME_TEST_", "STORYTIME_FAULT_", "STORYTIME_BENCH_", "STORYTIME_PEER_"].contains { name.hasPrefix($0) }
    }

    // MARK: Where values come from

    private func raw(_ name: String) -> String? {
        variables[name].flatMap { $0.isEmpty ? nil : $0 } ?? file?.values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    private mutating func secret(_ name: String, _ meaning: String) -> String? {
        secrets.insert(name)
        let plain = raw(name)
        guard let path = raw("\(name)_FILE") else {
            note(name, plain == nil ? "(not set)" : "(set, not shown)", meaning)
            return plain
        }
        settings.append(Setting(name: name, value: "(set, not shown)", source: path, meaning: meaning))
        if plain != nil {
            errors.append("\(name) and \(name)_FILE are both set; unset one of them")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            errors.append("\(name)_FILE: \(path) cannot be read; name a file that this account may read")
            return nil
        }
        let text = String(decoding: data, as: UTF8.self).trimmedOfNewlines
        if text.isEmpty { errors.append("\(name)_FILE: \(path) is empty") }
        return text.isEmpty ? nil : text
    }

    private mutating func read<Value>(_ name: String, _ parse: (String) -> Value?, _ kind: String) -> Value? {
        guard let text = raw(name) else { return nil }
        guard let value = parse(text) else {
            errors.append("\(name) is \"\(text)\", which is not \(kind)")
            return nil
        }
        return value
    }

    private mutating func note(_ name: String, _ value: String, _ meaning: String) {
        let isVariable = variables[name].map { !$0.isEmpty } ?? false
        let source = isVariable ? "environment" : raw(name) == nil ? "default" : file?.path ?? "default"
        settings.append(Setting(name: name, value: value, source: source, meaning: meaning))
    }
}

extension String {
    fileprivate var trimmedOfNewlines: String {
        String(reversed().drop { $0.isNewline }.reversed())
    }
}
