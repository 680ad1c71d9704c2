public import HTTPTypes

/// A client's name for one intention, so that asking twice does not do it twice
/// (draft-ietf-httpapi-idempotency-key-header).
public struct IdempotencyKey: Sendable, Hashable {
    /// 1 to 255 visible ASCII characters.
    public let text: String

    /// Reads a header field: a quoted string of RFC 9651 or, as most clients send it, the bare characters.
    ///
    /// - Throws: ``Problem`` 400 for anything else.
    public init(_ field: String) throws(Problem) {
        let quote = UInt8(ascii: "\"")
        let bytes = Array(field.utf8)
        guard let key = bytes.first == quote ? Self.unquoted(bytes) : bytes, (1...255).contains(key.count),
            key.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .malformedKey }
        text = String(decoding: key, as: UTF8.self)
    }

    /// What is between the quotation marks, with `\"` and `\\` resolved; nil when they do not match.
    private static func unquoted(_ bytes: [UInt8]) -> [UInt8]? {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        guard bytes.count >= 2, bytes.last == quote else { return nil }
        var text: [UInt8] = []
        var rest = bytes[1..<(bytes.count - 1)]
        while let byte = rest.popFirst() {
            guard byte == backslash else {
                guard byte != quote else { return nil }
                text.append(byte)
                continue
            }
            guard let escaped = rest.popFirst(), escaped == quote || escaped == backslash else { return nil }
            text.append(escaped)
        }
        return text
    }
}

extension Parameter {
    /// The header field of the key; `meaning` says what a repeat does not do again.
    public static func idempotencyKey(_ meaning: String, required: Bool = false) -> Parameter {
        .string(
            HTTPField.Name.idempotencyKey.rawName,
            meaning,
            min: 0,
            max: 255,
            pattern: #"^([!#-~][!-~]*|"([!#-\[\]-~]|\\["\\])+")$"#,
            required: required
        )
        .example("5f6a1c0e-41f7-4b8f-9d53-2f1f6c8f2a77")
    }
}

extension HTTPField.Name {
    /// Carries the key.
    public static let idempotencyKey = known("Idempotency-Key")
    /// Says that the answer was stored by an earlier request with the same key.
    public static let idempotentReplayed = known("Idempotent-Replayed")
}

extension ProblemCode {
    /// The first request with this key is not done yet.
    public static let idempotencyKeyInUse = ProblemCode(
        "IDEMPOTENCY_KEY_IN_USE",
        .conflict,
        "A request with this key is at work"
    )
    /// The key belongs to another body.
    public static let idempotencyKeyReused = ProblemCode(
        "IDEMPOTENCY_KEY_REUSED",
        .unprocessableContent,
        "Key was used for another request"
    )
}

extension Problem {
    /// Another request with the key is at work.
    public static let keyInUse = Problem(
        .idempotencyKeyInUse,
        "Send the same request again to learn what came of it",
        retryAfter: 1
    )
    /// The key was used with another body.
    public static let keyReused = Problem(
        .idempotencyKeyReused,
        "Use a new key for a new request, or send the body that the key was used with"
    )

    fileprivate static let malformedKey: Problem = {
        let advice = "Send 1 to 255 visible ASCII characters without spaces, bare or as a quoted string"
        let error = FieldError.header(HTTPField.Name.idempotencyKey.rawName, .format, advice)
        return Problem(.malformedRequest, advice, errors: [error])
    }()
}
