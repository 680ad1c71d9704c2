/// What a JSON value must look like: declared once, checked on the way in and published in the OpenAPI document.
public struct Schema: Sendable, Hashable {
    indirect enum Kind: Sendable, Hashable {
        case any
        case boolean
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case string(StringRules)
        case array(of: Schema, count: ClosedRange<Int>)
        case map(of: Schema)
        case object(ObjectRules)
        case nullable(Schema)
    }

    let kind: Kind

    init(_ kind: Kind) { self.kind = kind }
}

/// What is asked of a string.
struct StringRules: Sendable, Hashable {
    var length: ClosedRange<Int> = 0...Int.max
    var pattern: Pattern?
    var format: StringFormat?
    var values: [String] = []
}

/// What is asked of an object; a name makes it a component of the OpenAPI document.
struct ObjectRules: Sendable, Hashable {
    let name: String?
    let fields: [Field]
}

/// One member of an object.
public struct Field: Sendable, Hashable {
    let name: String
    let schema: Schema
    let description: String
    let isRequired: Bool

    /// A member that must be there.
    public static func required(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
        Field(name: name, schema: schema, description: description, isRequired: true)
    }

    /// A member that may be left out; `null` is only accepted when the schema is nullable.
    public static func optional(_ name: String, _ schema: Schema, _ description: String = "") -> Field {
        Field(name: name, schema: schema, description: description, isRequired: false)
    }
}
