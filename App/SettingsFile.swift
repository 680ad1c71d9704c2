import FoundationEssentials

/// Settings in a file: `NAME=value` a line, as systemd and Docker read them. Empty lines and lines that begin with `#` are
/// skipped; a value may stand in quotes.
struct SettingsFile {
    let path: String
    private(set) var values: [String: String] = [:]
    private(set) var errors: [String] = []

    /// Throws when the file cannot be read; what is wrong in it is in `errors`.
    init(path: String) throws {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        self.init(path: path, text: text)
    }

    init(path: String, text: String) {
        self.path = path
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].trimmed)
            guard parts.count == 2, name.hasPrefix("STORYTIME_"), !name.contains(" ") else {
                errors.append("\(path), line \(index + 1): must be STORYTIME_SETTING=value")
                continue
            }
            if values[name] != nil { errors.append("\(path), line \(index + 1): \(name) is set twice") }
            values[name] = String(parts[1].trimmed.unquoted)
        }
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let front = drop { $0.isWhitespace }
        let back = front.reversed().prefix { $0.isWhitespace }.count
        return front.dropLast(back)
    }

    fileprivate var unquoted: Substring {
        guard count >= 2, let quote = first, quote == last, quote == "\"" || quote == "'" else { return self }
        return dropFirst().dropLast()
    }
}
