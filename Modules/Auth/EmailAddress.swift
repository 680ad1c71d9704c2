import FoundationEssentials
import Mail
import Web

/// An address as its owner wrote it, in a form that mail systems accept.
///
/// Two spellings that differ in case are one account: ``canonical`` is what is unique.
struct EmailAddress: Hashable, Sendable {
    /// How mails are addressed: trimmed, the domain in lower case.
    let text: String
    /// All in lower case.
    let canonical: String
    /// The part before the @.
    let local: Substring
    /// The part after it.
    let domain: Substring

    /// Reads what was typed; nil when it is no address.
    init?(_ typed: String) {
        let trimmed = typed.trimmed
        guard (try? MailAddress(trimmed)) != nil, let at = trimmed.firstIndex(of: "@") else { return nil }
        let domain = trimmed[trimmed.index(after: at)...].lowercased()
        guard Self.isHostName(domain) else { return nil }
        text = trimmed[...at] + domain
        canonical = text.lowercased()
        local = canonical[..<at]
        self.domain = canonical[canonical.index(after: at)...]
    }

    /// Reads what was typed in a field of that name, or throws a problem that names the field.
    init(_ typed: String, field: String) throws {
        guard let address = EmailAddress(typed) else { throw AuthError.invalid([.badAddress(in: field)]) }
        self = address
    }

    private static func isHostName(_ domain: String) -> Bool {
        let labels = domain.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { (1...63).contains($0.utf8.count) && !$0.hasPrefix("-") && !$0.hasSuffix("-") }
    }
}

extension FieldError {
    /// The advice for an address that is none.
    static func badAddress(in field: String) -> FieldError {
        .member(field, .format, "Send an e-mail address such as name@example.com, at most 254 characters")
    }
}

extension String {
    /// Without the white space around it.
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
