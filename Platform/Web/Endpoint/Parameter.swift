import StrictJSON

/// A value in a path, in a query or in a header field, declared once: read, checked and documented by the same line.
public struct Parameter: Sendable, Hashable {
    let name: String
    let schema: Schema
    let description: String
    let isRequired: Bool
    let fallback: JSON?
    /// A value as one would send it, where the schema alone does not show.
    var example: String?
    /// The words that the value may list, where it is a list separated by commas; whoever reads it checks that.
    var choices: [String] = []

    /// A value of any scalar schema.
    public init(_ name: String, _ schema: Schema, _ description: String = "", required: Bool = false) {
        self.init(name: name, schema: schema, description: description, isRequired: required, fallback: nil)
    }

    init(name: String, schema: Schema, description: String, isRequired: Bool, fallback: JSON?) {
        self.name = name
        self.schema = schema
        self.description = description
        self.isRequired = isRequired
        self.fallback = fallback
    }

    /// A UUID, which in a path is what every undeclared `{name}` is.
    public static func id(_ name: String, _ description: String = "", required: Bool = false) -> Parameter {
        Parameter(name, .id, description, required: required)
    }

    /// A string; empty only if `min` says so.
    public static func string(
        _ name: String,
        _ description: String = "",
        min: Int = 1,
        max: Int = 512,
        pattern: Pattern? = nil,
        required: Bool = false
    ) -> Parameter {
        Parameter(name, .string(min: min, max: max, pattern: pattern), description, required: required)
    }

    /// A whole number within bounds.
    public static func integer(
        _ name: String,
        _ range: ClosedRange<Int>,
        _ description: String = "",
        default fallback: Int? = nil,
        required: Bool = false
    ) -> Parameter {
        Parameter(
            name: name,
            schema: .integer(min: range.lowerBound, max: range.upperBound),
            description: description,
            isRequired: required,
            fallback: fallback.map { .integer($0) }
        )
    }

    /// One of these words.
    public static func enumeration(
        _ name: String,
        _ values: [String],
        _ description: String = "",
        default fallback: String? = nil,
        required: Bool = false
    ) -> Parameter {
        Parameter(
            name: name,
            schema: .enumeration(values),
            description: description,
            isRequired: required,
            fallback: fallback.map { .string($0) }
        )
    }

    /// `true` or `false`.
    public static func boolean(
        _ name: String,
        _ description: String = "",
        default fallback: Bool? = nil
    ) -> Parameter {
        Parameter(
            name: name,
            schema: .boolean,
            description: description,
            isRequired: false,
            fallback: fallback.map { .bool($0) }
        )
    }
}

extension [Parameter] {
    /// `limit` and `cursor`, as every feed has them; read them with ``Request/paging``.
    public static var paging: [Parameter] {
        [
            .integer("limit", 1...100, "How many items at most", default: 20),
            .string("cursor", "Where the previous page ended; opaque, and empty for the first page", min: 0),
        ]
    }
}

extension Parameter {
    /// The text as a value of the schema's type; text that cannot be one stays text and fails the check.
    func value(of text: String) -> JSON {
        switch schema.kind {
        case .boolean: text == "true" ? true : text == "false" ? false : .string(text)
        case .integer, .number: Self.number(text) ?? .string(text)
        default: .string(text)
        }
    }

    /// A number by the grammar of JSON.
    private static func number(_ text: String) -> JSON? {
        guard text.first != " ", text.last != " ", let json = try? JSON(parsing: text.utf8), json.double != nil else {
            return nil
        }
        return json
    }
}
