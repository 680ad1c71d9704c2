/// An answer of the server.
public enum RedisValue: Sendable, Equatable {
    /// Nothing is there.
    case null
    /// A whole number.
    case integer(Int)
    /// A value, any bytes.
    case bytes([UInt8])
    /// A word of the server's own, such as OK.
    case status(String)
    /// Several answers in one.
    case array([RedisValue])
    /// A failure inside an array; one that is the whole answer is thrown instead.
    case error(RedisError)
}

extension RedisValue {
    /// The bytes of a value; nil when nothing is there. Throws when the answer is something else.
    public func asBytes() throws(RedisError) -> [UInt8]? {
        switch self {
        case .null: nil
        case .bytes(let bytes): bytes
        case .status(let word): Array(word.utf8)
        default: throw unexpected("bytes")
        }
    }

    /// The value as text; nil when nothing is there. Bytes that are no UTF-8 are replaced, not refused.
    public func asText() throws(RedisError) -> String? {
        try asBytes().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The number, also when it came in decimal digits; nil when nothing is there.
    public func asInteger() throws(RedisError) -> Int? {
        if case .integer(let number) = self { return number }
        guard let text = try asText() else { return nil }
        guard let number = Int(text) else { throw unexpected("a whole number") }
        return number
    }

    /// The elements of an array. Throws when the answer is something else.
    public func asArray() throws(RedisError) -> [RedisValue] {
        guard case .array(let elements) = self else { throw unexpected("an array") }
        return elements
    }

    /// Names the kind of answer, never its content.
    private func unexpected(_ wanted: String) -> RedisError {
        let kind =
            switch self {
            case .null: "nothing"
            case .integer: "a number"
            case .bytes: "bytes"
            case .status: "a status"
            case .array: "an array"
            case .error: "an error"
            }
        return RedisError(.decoding, "the server answered \(kind), not \(wanted)")
    }
}
