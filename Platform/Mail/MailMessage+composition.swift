import FoundationEssentials

extension MailMessage {
    /// The message as it travels (RFC 5322): CRLF, 7-bit, no line over 998 characters.
    ///
    /// The same message always gives the same bytes.
    func composed(from sender: MailAddress) -> String {
        var head = HeaderField.line("From", HeaderField.mailbox(sender))
        head += HeaderField.line("To", HeaderField.mailbox(to))
        head += HeaderField.line("Subject", HeaderField.text(subject))
        head += HeaderField.line("Date", HeaderField.timestamp(date))
        head += HeaderField.line("Message-ID", "<\(id)@\(sender.domain)>")
        head += HeaderField.line("MIME-Version", "1.0")
        head += HeaderField.line("Auto-Submitted", "auto-generated")
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += HeaderField.line(name, value) }
        return head + content
    }

    private var content: String {
        guard let html else { return Self.part("plain", text.hasSuffix("\n") ? text : text + "\n") }
        // Quoted-printable never writes "=_", so the boundary cannot occur in a part.
        let boundary = "=_\(id)"
        return HeaderField.line("Content-Type", "multipart/alternative; boundary=\"\(boundary)\"")
            + "\r\n--\(boundary)\r\n" + Self.part("plain", text)
            + "\r\n--\(boundary)\r\n" + Self.part("html", html)
            + "\r\n--\(boundary)--\r\n"
    }

    private static func part(_ subtype: String, _ body: String) -> String {
        HeaderField.line("Content-Type", "text/\(subtype); charset=utf-8")
            + HeaderField.line("Content-Transfer-Encoding", "quoted-printable")
            + "\r\n" + QuotedPrintable.encode(body)
    }
}
