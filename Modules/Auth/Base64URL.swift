import FoundationEssentials

/// Base64 for URLs (RFC 4648 §5), always without padding.
enum Base64URL {
    /// Bytes as text.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        plain(bytes).replacing("+", with: "-").replacing("/", with: "_")
    }

    /// Text as bytes; nil unless it is exactly what `encode` gives for them.
    static func decode(_ text: String) -> [UInt8]? {
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        base64 += String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: base64).map(Array.init), encode(bytes) == text else { return nil }
        return bytes
    }

    /// Bytes in the ordinary alphabet without padding, as PHC strings have them.
    static func plain(_ bytes: some Sequence<UInt8>) -> String {
        let text = Data(bytes).base64EncodedString()
        return String(text.prefix { $0 != "=" })
    }
}
