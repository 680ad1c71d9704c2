/// The transfer encoding of bodies: 7-bit lines of at most 76 characters that any server carries unchanged (RFC 2045).
enum QuotedPrintable {
    /// Turns every kind of line break into CRLF, and keeps all else byte for byte.
    static func encode(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
            .map(encode(line:))
            .joined(separator: "\r\n")
    }

    private static func encode(line: Substring) -> String {
        var encoded = ""
        var column = 0
        let end = line.utf8.endIndex
        for index in line.utf8.indices {
            let byte = line.utf8[index]
            let token = token(byte, isLast: line.utf8.index(after: index) == end)
            if column + token.utf8.count > 75 {
                encoded += "=\r\n"
                column = 0
            }
            encoded += token
            column += token.utf8.count
        }
        return encoded
    }

    /// Blanks stand for themselves, save at the end of a line, where servers may trim them.
    private static func token(_ byte: UInt8, isLast: Bool) -> String {
        switch byte {
        case UInt8(ascii: "="): "=3D"
        case 0x21...0x7E: String(UnicodeScalar(byte))
        case UInt8(ascii: " ") where !isLast, UInt8(ascii: "\t") where !isLast: String(UnicodeScalar(byte))
        default: "=" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }
}
