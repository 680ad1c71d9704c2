/// One word of a command: bytes, with no meaning of their own.
///
/// A literal is a word as it stands, `["SET", "greeting", .bytes(value), "PX", 500]`, so what a user typed is never
/// read as a command.
public struct RedisArgument: Sendable, Hashable {
    let bytes: [UInt8]

    /// Any bytes, as they are.
    public static func bytes(_ bytes: [UInt8]) -> RedisArgument { RedisArgument(bytes: bytes) }
    /// A text in UTF-8.
    public static func text(_ text: String) -> RedisArgument { RedisArgument(bytes: Array(text.utf8)) }
    /// A whole number in decimal digits.
    public static func integer(_ number: Int) -> RedisArgument { .text(String(number)) }
}

extension RedisArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    /// A text in UTF-8.
    public init(stringLiteral text: String) { self = .text(text) }
    /// A whole number in decimal digits.
    public init(integerLiteral number: Int) { self = .integer(number) }
}
