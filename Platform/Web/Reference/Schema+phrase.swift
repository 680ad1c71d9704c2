extension Schema {
    /// What a value is, in a few words; objects lead to where they are described.
    var phrase: HTML {
        switch kind {
        case .any: "anything"
        case .boolean: "true or false"
        case .integer(let range): "whole number\(Self.bounds(range, within: Self.exact))"
        case .number: "number"
        case .string(let rules): rules.phrase
        case .array(let element, let count): "list\(Self.bounds(count, within: 0...Int.max)) of: \(element.phrase)"
        case .map(let value): "object with free names, each: \(value.phrase)"
        case .object(let rules): "<a href=\"#\(rules.name)\"><code>\(rules.name)</code></a>"
        case .nullable(let inner): "\(inner.phrase) or null"
        }
    }

    /// What needs no mention: the whole numbers that JavaScript can tell apart.
    private static let exact = -9_007_199_254_740_991...9_007_199_254_740_991

    fileprivate static func bounds(_ range: ClosedRange<Int>, within all: ClosedRange<Int>) -> String {
        switch (range.lowerBound > all.lowerBound, range.upperBound < all.upperBound) {
        case (true, true): ", \(range.lowerBound) to \(range.upperBound)"
        case (true, false): ", \(range.lowerBound) or more"
        case (false, true): ", at most \(range.upperBound)"
        case (false, false): ""
        }
    }
}

extension StringRules {
    fileprivate var phrase: HTML {
        if !values.isEmpty { return "one of: \(values.joined(separator: ", "))" }
        if let format { return "\(format.rawValue)" }
        return "string\(Schema.bounds(length, within: 0...Int.max))"
    }
}
