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
            correlation = UUID(canonical: offered) ?? .v7()
        } else {
            correlation = .v7()
            text = correlation.canonical
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
