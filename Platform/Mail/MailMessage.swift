public import FoundationEssentials

/// A message to one person.
///
/// One that exists can be composed: whatever could break or forge a header was refused at `init`.
public struct MailMessage: Sendable, Hashable {
    /// The one reader: with several, one refusal would be everyone's.
    public let to: MailAddress
    /// The subject, in any script.
    public let subject: String
    /// The body for readers that show plain text.
    public let text: String
    /// The twin of `text` for readers that show HTML.
    public let html: String?
    /// The left half of the Message-ID.
    ///
    /// The same for every attempt, so that a message sent twice is recognised as one.
    public let id: String
    /// When it was written, not when it is sent: the same for every attempt.
    public let date: Date
    /// Further headers, such as `List-Unsubscribe`.
    ///
    /// Values are ASCII.
    public let headers: [String: String]

    /// Checks everything that goes into a header, and throws `MailError` naming the field that is wrong.
    public init(
        to: MailAddress,
        subject: String,
        text: String,
        html: String? = nil,
        id: String,
        date: Date,
        headers: [String: String] = [:]
    ) throws(MailError) {
        try HeaderField.validate(subject, field: "subject", limit: 998)
        try Self.validate(id: id)
        for (name, value) in headers { try Self.validate(header: name, value) }
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.id = id
        self.date = date
        self.headers = headers
    }

    /// An id becomes a header, a boundary and a file name, so it keeps to what is plain in all three.
    private static func validate(id: String) throws(MailError) {
        let parts = id.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { $0.isAlphanumeric || "-_".utf8.contains($0) }
        }
        guard isPlain, id.utf8.count <= 64 else {
            throw .invalid("id", "must be 1 to 64 letters, digits, hyphens, underscores and dots between them")
        }
    }

    private static func validate(header name: String, _ value: String) throws(MailError) {
        let isName = name.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
        guard isName, (1...60).contains(name.utf8.count) else {
            throw .invalid("headers", "has a name that is not 1 to 60 letters, digits and hyphens")
        }
        guard !composed.contains(name.lowercased()), !name.lowercased().hasPrefix("content-") else {
            throw .invalid("headers.\(name)", "is written by the composer; leave it out")
        }
        guard value.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .invalid("headers.\(name)", "may hold ASCII only")
        }
        try HeaderField.validate(value, field: "headers.\(name)", limit: 900)
    }

    private static let composed: Set = [
        "from", "to", "subject", "date", "message-id", "mime-version", "auto-submitted",
    ]
}
