/// How to reach a mail server.
///
/// Never shows its login: not in a description, not in a dump.
public struct SMTPConfiguration: Sendable, Hashable {
    /// Whether, and when, TLS begins.
    public enum Encryption: String, Sendable {
        /// In the clear, for a server on the same machine.
        case none
        /// STARTTLS when the server offers it, else in the clear: whoever sits in between can strip the offer.
        case opportunistic
        /// STARTTLS or nothing.
        case required
        /// TLS from the first byte (`smtps`).
        case implicit
    }

    struct Login: Sendable, Hashable {
        let user: String
        let password: String
    }

    /// The server's name or address.
    public let host: String
    /// The port it listens on.
    public let port: Int
    /// How the conversation is protected.
    public let encryption: Encryption
    /// The name we give ourselves in EHLO; by default this machine's.
    public let clientName: String?
    /// A file of certificates to trust instead of the system's.
    public let certificateAuthority: String?
    let login: Login?

    /// How long connecting may take, TLS and login included.
    public var connectTimeout: Duration = .seconds(5)
    /// How long one message may take from beginning to end.
    public var timeout: Duration = .seconds(30)
    /// How many messages may be under way at once; each holds a thread.
    public var concurrency = 2
}

extension SMTPConfiguration: CustomStringConvertible, CustomReflectable {
    /// Hides the user as well: some services use one token for both.
    public var description: String {
        let scheme = encryption == .implicit ? "smtps" : "smtp"
        let hidden = login == nil ? "" : "***@"
        let query = encryption == .implicit ? "" : "?starttls=\(encryption)"
        return "\(scheme)://\(hidden)\(host):\(port)\(query)"
    }

    /// Shows the same to `dump`.
    public var customMirror: Mirror { Mirror(self, children: [("url", description)]) }
}
