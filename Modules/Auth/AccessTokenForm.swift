import StrictJSON

/// Looks at a token before any of it is believed.
///
/// JWTKit checks signatures, but takes a key by default when it does not know `kid`, and overlooks `typ`, `crit` and
/// padding. So only what we ourselves would have written gets that far (RFC 8725 §3.1, §3.10, §3.11).
enum AccessTokenForm {
    /// Three parts in canonical base64url, and a header that names ES256, our type, a key we know, and nothing else.
    static func isProper(_ token: String, knownKeys: Set<String>) -> Bool {
        guard token.utf8.count <= 2048 else { return false }
        let parts = token.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let bytes = parts.compactMap { Base64URL.decode(Substring($0)) }
        guard parts.count == 3, bytes.count == 3, bytes[2].count == 64 else { return false }
        guard let header = try? JSON(parsing: bytes[0]), let members = header.object?.members else { return false }
        guard Set(members.map(\.name)) == ["alg", "typ", "kid"], let key = header["kid"]?.string else { return false }
        return header["alg"]?.string == "ES256" && header["typ"]?.string == "at+jwt" && knownKeys.contains(key)
    }
}
