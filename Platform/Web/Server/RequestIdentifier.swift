import FoundationEssentials
import HTTPTypes
import Identifiers
import Origin

/// Names one request, with the client's name for it if that is harmless.
struct RequestIdentifier: Sendable, Hashable {
    let text: String
    let correlation: UUID

    /// Takes over `X-Request-ID` when it matches `[A-Za-z0-9._-]{1,128}`; makes a UUIDv7 otherwise.
    init(_ headers: HTTPFields) {
        if let offered = headers[.requestID], Self.isHarmless(offered) {
            text = offered
            correlation = UUID(uuidString: offered) ?? .v7()
        } else {
            correlation = .v7()
            text = correlation.uuidString.lowercased()
        }
    }

    private static func isHarmless(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
                    || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
    }
}

/// A valid `traceparent` of W3C Trace Context; anything else is as if it had not come.
struct TraceParent {
    let header: String

    init?(_ header: String?) {
        guard let header else { return nil }
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 && $0.utf8.allSatisfy(Self.isHexadecimal) }),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        self.header = header
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
