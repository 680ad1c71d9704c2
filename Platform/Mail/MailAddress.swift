/// An address with an optional name to show.
///
/// One that exists is safe to put in a header and in an SMTP command.
public struct MailAddress: Sendable, Hashable {
    /// What readers show in place of the address.
    public let name: String?
    /// The address itself, in ASCII.
    public let address: String

    /// Checks the form (RFC 5321, without quoted local parts), not whether anyone reads mail there.
    public init(_ address: String, name: String? = nil) throws(MailError) {
        try Self.validate(address)
        if let name { try HeaderField.validate(name, field: "name", limit: 200) }
        self.name = name
        self.address = address
    }

    /// The part after the @.
    var domain: Substring { address.drop { $0 != "@" }.dropFirst() }

    private static func validate(_ address: String) throws(MailError) {
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .invalid("address", "needs exactly one @") }
        guard address.utf8.count <= 254, parts[0].utf8.count <= 64 else {
            throw .invalid("address", "is longer than 254 bytes, or 64 before the @")
        }
        guard isDotted(parts[0], by: isAtomText), isDotted(parts[1], by: isDomainText) else {
            throw .invalid("address", "may hold ASCII letters, digits and single dots; write the domain in punycode")
        }
    }

    private static func isDotted(_ text: Substring, by isAllowed: (UInt8) -> Bool) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(isAllowed) }
    }

    private static func isDomainText(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "-") || byte.isAlphanumeric
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte) || byte.isAlphanumeric
    }
}
