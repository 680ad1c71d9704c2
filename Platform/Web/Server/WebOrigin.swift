import Addresses

/// Where a web page comes from, as browsers write it in `Origin`: scheme, host and, unless it is the scheme's own, port.
public struct WebOrigin: Sendable, Hashable {
    /// The origin as browsers write it, such as `https://app.storytime.dev`.
    public let text: String

    /// Reads an origin; nil for anything with a path, for wildcards, and for other schemes than http and https.
    public init?(_ text: String) {
        let text = text.lowercased()
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, ["http:", "https:"].contains(parts[0]), parts[1].isEmpty, parts[2].isAuthority else {
            return nil
        }
        self.text = text
    }
}

extension Substring {
    /// Whether this is `host` or `host:port` as RFC 3986 has them, IPv6 addresses in brackets included.
    var isAuthority: Bool {
        var host = utf8
        if let end = host.lastIndex(where: { !$0.isDigit }), host[end] == UInt8(ascii: ":") { host = host[..<end] }
        if host.first == UInt8(ascii: "[") {
            return host.last == UInt8(ascii: "]") && IPAddress(Substring(host.dropFirst().dropLast())) != nil
        }
        return !host.isEmpty && host.allSatisfy { $0.isHostCharacter }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    /// Letters, digits, and what else a registered name may consist of; no wildcard.
    fileprivate var isHostCharacter: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "%"): true
        default: isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
        }
    }
}
