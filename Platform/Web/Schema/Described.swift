public import FoundationEssentials
public import Identifiers
public import StrictJSON

/// A type that says what its JSON looks like.
public protocol Described {
    /// The one declaration behind validation and documentation.
    static var schema: Schema { get }
}

extension String: Described { public static var schema: Schema { .string() } }
extension Bool: Described { public static var schema: Schema { .boolean } }
extension Int: Described { public static var schema: Schema { .integer() } }
extension Double: Described { public static var schema: Schema { .number() } }
extension UUID: Described { public static var schema: Schema { .id } }
extension Date: Described { public static var schema: Schema { .dateTime } }
extension JSON: Described { public static var schema: Schema { .any } }
extension Identifier: Described { public static var schema: Schema { .id } }
extension Array: Described where Element: Described { public static var schema: Schema { .array(Element.schema) } }
extension Optional: Described where Wrapped: Described {
    public static var schema: Schema { .nullable(Wrapped.schema) }
}
