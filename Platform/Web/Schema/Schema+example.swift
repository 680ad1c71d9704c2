import StrictJSON

extension Schema {
    /// The same, shown in the API's description by this value instead of one that the rules make up.
    ///
    /// Text with a pattern needs one; a test finds every example that does not fit its schema.
    public func example(_ value: Example) -> Schema {
        var schema = self
        schema.chosenExample = value.json
        return schema
    }

    /// A value that is as declared.
    var example: JSON {
        if let chosenExample { return chosenExample }
        switch kind {
        case .any: return [:]
        case .boolean: return true
        case .integer(let range): return .integer(Swift.min(Swift.max(1, range.lowerBound), range.upperBound))
        case .number(let range): return .number(Swift.min(Swift.max(1, range.lowerBound), range.upperBound))
        case .string(let rules): return .string(rules.example)
        case .array(let element, let count):
            let length = Swift.min(Swift.max(1, count.lowerBound), count.upperBound)
            return .array(Array(repeating: element.example, count: length))
        case .map(let value): return ["key": value.example]
        case .object(let rules): return .object(rules.fields.example)
        case .nullable(let inner): return inner.example
        }
    }
}

extension [Field] {
    /// All of them with their examples.
    var example: JSONObject { JSONObject(map { ($0.name, $0.schema.example) }) }
}

extension StringRules {
    fileprivate var example: String {
        if let first = values.first { return first }
        if let format { return format.example }
        let word = "text".prefix(length.upperBound)
        return word + String(repeating: "x", count: max(0, length.lowerBound - word.count))
    }
}
