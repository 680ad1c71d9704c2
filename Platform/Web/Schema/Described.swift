public import FoundationEssentials
public import Identifiers
public import StrictJSON

/// A type that says what its JSON looks like.
public protocol Described {
    /// The one declaration behind validation and documentation.
    static var schema: Schema { get }
}

extension String: Described {
    /// Any string.
    public static var schema: Schema { .string() }
}

extension Bool: Described {
    /// `true` or `false`.
    public static var schema: Schema { .boolean }
}

extension Int: Described {
    /// A whole number.
    public static var schema: Schema { .integer() }
}

extension Double: Described {
    /// A number.
    public static var schema: Schema { .number() }
}

extension UUID: Described {
    /// A UUID.
    public static var schema: Schema { .id }
}

extension Date: Described {
    /// RFC 3339 text.
    public static var schema: Schema { .dateTime }
}

extension JSON: Described {
    /// Anything.
    public static var schema: Schema { .any }
}

extension Identifier: Described {
    /// A UUID.
    public static var schema: Schema { .id }
}

extension Array: Described where Element: Described {
    /// An array of what its elements are.
    public static var schema: Schema { .array(Element.schema) }
}

extension Optional: Described where Wrapped: Described {
    /// The value or `null`.
    public static var schema: Schema { .nullable(Wrapped.schema) }
}
