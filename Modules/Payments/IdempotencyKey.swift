import HTTPTypes

/// A client's name for one intention to pay, so that asking twice does not pay twice
/// (draft-ietf-httpapi-idempotency-key-header).
struct IdempotencyKey: Sendable, Hashable {
    /// 1 to 255 visible ASCII characters.
    let text: String

    /// Reads a header field: a quoted string of RFC 9651 or, as most clients send it, the bare characters.
    init?(header field: String) {
        let quote = UInt8(ascii: "\"")
        let bytes = Array(field.utf8)
        guard let key = bytes.first == quote ? Self.unquoted(bytes) : bytes, (1...255).contains(key.count),
            key.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
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

extension IdempotencyKey {
    /// The header field that carries it.
    static let field = known("Idempotency-Key")
    /// Says that the answer was stored by an earlier request with the same key.
    static let replayed = known("Idempotent-Replayed")

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header field name") }
        return name
    }
}
