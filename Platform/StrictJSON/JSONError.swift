/// Why bytes are not strict JSON, and where.
public struct JSONError: Error, Sendable, Hashable {
    /// What was wrong.
    public enum Reason: Sendable, Hashable {
        /// The bytes begin with a byte order mark.
        case byteOrderMark
        /// The bytes end inside a value.
        case unexpectedEnd
        /// A byte that cannot stand here; what could is named.
        case expected(String)
        /// Something follows the value.
        case trailingBytes
        /// A number that does not follow the grammar.
        case malformedNumber
        /// A number too large for a double.
        case numberOutOfRange
        /// A backslash before something that is no escape.
        case malformedEscape
        /// Half of a surrogate pair without the other half.
        case loneSurrogate
        /// The character U+0000, which Postgres cannot store.
        case nul
        /// A control character that is not escaped.
        case controlCharacter
        /// Bytes that are not UTF-8.
        case invalidUTF8
        /// A name that comes twice in one object.
        case duplicateName(String)
        /// More nesting than the limit.
        case tooDeep(Int)
    }

    /// What was wrong.
    public let reason: Reason
    /// How many bytes came before the place.
    public let offset: Int
    /// The value that was being read.
    public let pointer: JSONPointer

    init(_ reason: Reason, at offset: Int, pointer: JSONPointer = .root) {
        self.reason = reason
        self.offset = offset
        self.pointer = pointer
    }

    func inside(_ token: JSONPointer.Token) -> JSONError {
        JSONError(reason, at: offset, pointer: pointer.prefixed(by: token))
    }
}

extension JSONError: CustomStringConvertible {
    /// One sentence for whoever wrote the document.
    public var description: String { "\(reason) at byte \(offset)" }
}

extension JSONError.Reason: CustomStringConvertible {
    /// The reason in words.
    public var description: String {
        switch self {
        case .byteOrderMark: "A byte order mark; send UTF-8 without one"
        case .unexpectedEnd: "The text ends inside a value"
        case .expected(let what): "Expected \(what)"
        case .trailingBytes: "Something follows the value; send one value"
        case .malformedNumber: "A number that does not follow the JSON grammar"
        case .numberOutOfRange: "A number too large for a double"
        case .malformedEscape: "A backslash that begins no JSON escape"
        case .loneSurrogate: "Half of a surrogate pair; escape characters outside the BMP as two \\u escapes"
        case .nul: "The character U+0000, which is not allowed in any string"
        case .controlCharacter: "A control character that is not escaped"
        case .invalidUTF8: "Bytes that are not UTF-8"
        case .duplicateName(let name): "The name \"\(name)\" comes twice in one object"
        case .tooDeep(let limit): "More than \(limit) levels of nesting"
        }
    }
}
