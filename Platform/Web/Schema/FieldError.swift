public import StrictJSON

/// One thing wrong with what a client sent: where, a stable code, and the fix.
public struct FieldError: Sendable, Hashable {
    /// What kind of mistake it is.
    public struct Code: Sendable, Hashable, ExpressibleByStringLiteral {
        let rawValue: String
        /// A kind of mistake of your own, in kebab case.
        public init(stringLiteral value: String) { rawValue = value }

        /// A member or parameter that must be there is not.
        public static let required: Code = "required"
        /// A member or parameter that nobody declared.
        public static let unknownField: Code = "unknown-field"
        /// A value of the wrong JSON type.
        public static let type: Code = "type"
        /// Fewer code points than allowed.
        public static let tooShort: Code = "too-short"
        /// More code points than allowed.
        public static let tooLong: Code = "too-long"
        /// A number below the smallest allowed.
        public static let minimum: Code = "minimum"
        /// A number above the largest allowed.
        public static let maximum: Code = "maximum"
        /// Fewer elements than allowed.
        public static let tooFew: Code = "too-few"
        /// More elements than allowed.
        public static let tooMany: Code = "too-many"
        /// Text without the form that is asked for.
        public static let format: Code = "format"
        /// Text that does not match the pattern.
        public static let pattern: Code = "pattern"
        /// Text that is none of the allowed values.
        public static let enumeration: Code = "enum"
        /// A parameter given more than once.
        public static let repeated: Code = "repeated"
    }

    enum Place: Sendable, Hashable {
        case body(JSONPointer)
        case parameter(String)
        case header(String)
    }

    let place: Place
    let code: Code
    let detail: String

    /// A mistake in the body, at a place such as `#/name`.
    public static func body(_ pointer: JSONPointer, _ code: Code, _ detail: String) -> FieldError {
        FieldError(place: .body(pointer), code: code, detail: detail)
    }

    /// A mistake in the member of that name, for rules that a schema cannot express.
    public static func member(_ name: String, _ code: Code, _ detail: String) -> FieldError {
        .body(JSONPointer([.name(name)]), code, detail)
    }

    /// A mistake in a query parameter.
    public static func parameter(_ name: String, _ code: Code, _ detail: String) -> FieldError {
        FieldError(place: .parameter(name), code: code, detail: detail)
    }

    /// A mistake in a header field.
    public static func header(_ name: String, _ code: Code, _ detail: String) -> FieldError {
        FieldError(place: .header(name), code: code, detail: detail)
    }

    var json: JSON {
        let place: (String, JSON) =
            switch place {
            case .body(let pointer): ("pointer", .string(pointer.fragment))
            case .parameter(let name): ("parameter", .string(name))
            case .header(let name): ("header", .string(name))
            }
        return .object(JSONObject([place, ("code", .string(code.rawValue)), ("detail", .string(detail))]))
    }

    static let schema = Schema.object(
        "FieldError",
        "One value that does not fit, and what to send instead",
        [
            .optional("pointer", .string().example("#/name"), "Where in the body, as a JSON pointer in a URI fragment"),
            .optional("parameter", .string().example("limit"), "Which query parameter"),
            .optional("header", .string().example("If-Match"), "Which header field"),
            .required("code", .string().example("too-short"), "What kind of mistake; stable"),
            .required("detail", .string().example("Send at least 1 characters"), "What to send instead"),
        ]
    )
}
