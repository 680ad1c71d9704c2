import FoundationEssentials

/// Base64 for URLs (RFC 4648 §5), always without padding.
enum Base64URL {
    /// Bytes as text.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: Data(bytes).base64EncodedData().lazy.filter { $0 != pad }.map(toURL), as: UTF8.self)
    }

    /// Text as bytes; nil unless it is exactly what `encode` gives for them.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var base64 = Data(text.utf8.lazy.map(fromURL))
        base64.append(contentsOf: repeatElement(pad, count: (4 - base64.count % 4) % 4))
        guard let bytes = Data(base64Encoded: base64).map(Array.init), encode(bytes) == text else { return nil }
        return bytes
    }

    /// Bytes in the ordinary alphabet without padding, as PHC strings have them.
    static func plain(_ bytes: some Sequence<UInt8>) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(text.prefix { $0 != "=" })
    }

    private static let pad = UInt8(ascii: "=")

    private static func toURL(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: byte
        }
    }

    private static func fromURL(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: byte
        }
    }
}
