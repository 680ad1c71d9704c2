import StrictJSON

/// A value to show in the API's description, written as a literal.
public struct Example: Sendable, Hashable {
    let json: JSON

    init(_ json: JSON) { self.json = json }
}

extension Example: ExpressibleByStringLiteral {
    /// Text.
    public init(stringLiteral value: String) { self.init(.string(value)) }
}

extension Example: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral value: Int) { self.init(.integer(value)) }
}

extension Example: ExpressibleByBooleanLiteral {
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self.init(.bool(value)) }
}

extension Example: ExpressibleByNilLiteral {
    /// `null`.
    public init(nilLiteral: ()) { self.init(.null) }
}

extension Example: ExpressibleByArrayLiteral {
    /// An array.
    public init(arrayLiteral elements: Example...) { self.init(.array(elements.map(\.json))) }
}

extension Example: ExpressibleByDictionaryLiteral {
    /// An object.
    public init(dictionaryLiteral members: (String, Example)...) {
        self.init(.object(JSONObject(members.map { ($0.0, $0.1.json) })))
    }
}
