import StrictJSON

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
    /// What to show of it, where the rules alone make a poor example.
    var chosenExample: JSON?

    init(_ kind: Kind) { self.kind = kind }
}

/// What is asked of a string.
struct StringRules: Sendable, Hashable {
    var length: ClosedRange<Int> = 0...Int.max
    var pattern: Pattern?
    var format: StringFormat?
    var values: [String] = []
}

/// What is asked of an object, which is a component of the OpenAPI document.
struct ObjectRules: Sendable, Hashable {
    let name: String
    let description: String
    /// Objects whose members it has too.
    let bases: [Schema]
    /// The members that it does not have of these.
    let own: [Field]

    /// Every member.
    var fields: [Field] { bases.flatMap(\.fields) + own }
}

/// One member of an object. An object in an object is described where it is declared, not once more as a member.
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
