extension Schema {
    /// Anything at all.
    public static let any = Schema(.any)

    /// `true` or `false`.
    public static let boolean = Schema(.boolean)

    /// A UUID in its 36-character form.
    public static let id = Schema.string(format: .uuid)

    /// A moment, RFC 3339 with any offset.
    public static let dateTime = Schema.string(format: .dateTime)

    /// A whole number, `10` or `10.0` as JSON Schema has it; without bounds it must fit a double exactly, as JavaScript
    /// needs it.
    public static func integer(min: Int = -9_007_199_254_740_991, max: Int = 9_007_199_254_740_991) -> Schema {
        Schema(.integer(min...max))
    }

    /// Any number within bounds.
    public static func number(
        min: Double = -.greatestFiniteMagnitude,
        max: Double = .greatestFiniteMagnitude
    ) -> Schema {
        Schema(.number(min...max))
    }

    /// A string; lengths count Unicode code points, the pattern may match anywhere unless it says `^` and `$`.
    public static func string(
        min: Int = 0,
        max: Int = .max,
        pattern: Pattern? = nil,
        format: StringFormat? = nil
    ) -> Schema {
        Schema(.string(StringRules(length: min...max, pattern: pattern, format: format)))
    }

    /// One of these strings.
    public static func enumeration(_ values: [String]) -> Schema { Schema(.string(StringRules(values: values))) }

    /// One of the raw values of an enumeration.
    public static func enumeration<Values: CaseIterable & RawRepresentable<String>>(_ type: Values.Type) -> Schema {
        enumeration(type.allCases.map(\.rawValue))
    }

    /// An array whose elements all look alike.
    public static func array(_ element: Schema, min: Int = 0, max: Int = .max) -> Schema {
        Schema(.array(of: element, count: min...max))
    }

    /// An object with free names whose values all look alike.
    public static func map(_ value: Schema) -> Schema { Schema(.map(of: value)) }

    /// An object with these members and no others; the name is the one in the OpenAPI document and must be unique there.
    ///
    /// One that extends others has their members too.
    public static func object(
        _ name: String,
        _ description: String,
        extending bases: [Schema] = [],
        _ fields: [Field]
    ) -> Schema {
        Schema(.object(ObjectRules(name: name, description: description, bases: bases, own: fields)))
    }

    /// The same or `null`.
    public static func nullable(_ schema: Schema) -> Schema { Schema(.nullable(schema)) }

    /// The members, for objects.
    var fields: [Field] {
        guard case .object(let rules) = kind else { return [] }
        return rules.fields
    }

    /// The name of the component, for named objects.
    var componentName: String? {
        guard case .object(let rules) = kind else { return nil }
        return rules.name
    }
}
