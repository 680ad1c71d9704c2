import FoundationEssentials
import Identifiers
import StrictJSON

/// A well-known form of text.
public enum StringFormat: String, Sendable, Hashable {
    /// A mail address that mail systems of today accept, at most 254 characters.
    case email
    /// RFC 9562, 36 characters.
    case uuid
    /// RFC 3339 date and time with offset.
    case dateTime = "date-time"
    /// RFC 3339 full date.
    case date

    /// What to send instead of a value that does not fit.
    var advice: String {
        switch self {
        case .email: "Send an e-mail address such as \(example)"
        case .uuid: "Send a UUID such as \(example)"
        case .dateTime: "Send a date and time such as \(example)"
        case .date: "Send a date such as \(example)"
        }
    }

    /// A value that fits.
    var example: String {
        switch self {
        case .email: "name@example.com"
        case .uuid: "0190f2a4-5b3c-7d1e-8f00-1234567890ab"
        case .dateTime: "2026-03-01T09:30:00Z"
        case .date: "2026-03-01"
        }
    }

    func accepts(_ text: String) -> Bool {
        switch self {
        case .email: Self.isMailAddress(text)
        case .uuid: UUID(canonical: text) != nil
        case .dateTime: Date(rfc3339: text) != nil
        case .date: CivilDay(rfc3339: text) != nil
        }
    }

    /// Dot-atoms before the `@` (RFC 5322 §3.2.3), letters, digits and hyphens with at least one dot after it.
    private static func isMailAddress(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.count <= 254, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return false }
        let local = bytes[..<at]
        let labels = bytes[bytes.index(after: at)...]
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let atoms = local.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return local.count <= 64 && labels.count >= 2
            && atoms.allSatisfy { !$0.isEmpty && $0.allSatisfy(isAtomByte) }
            && labels.allSatisfy { label in
                (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
                    && label.allSatisfy { isAlphanumeric($0) || $0 == hyphen }
            }
    }

    private static let hyphen = UInt8(ascii: "-")
    private static let atomSymbols = Array("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isAtomByte(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || atomSymbols.contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
    }
}
