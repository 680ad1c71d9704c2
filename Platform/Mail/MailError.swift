/// Why a message was not sent.
///
/// Safe to log: neither the reason nor the reply ever holds an address or a password.
public struct MailError: Error, Hashable {
    /// What a caller can do about it.
    public enum Code: Sendable {
        /// The server was unreachable, unready or would not take our login.
        ///
        /// The same message may pass later.
        case temporary
        /// The server refused this message for good.
        ///
        /// Sending it again changes nothing.
        case permanent
        /// The message breaks a rule of the mail format, and never left the process.
        case invalidMessage
        /// The configuration cannot be used as it is written.
        case invalidConfiguration
    }

    /// What to do about it.
    public let code: Code
    /// The field that is wrong, when the code is about input.
    public let field: String?
    /// The server's refusal, when it gave one.
    public let reply: SMTPReply?
    /// What went wrong and, for input, how to put it right.
    public let reason: String

    init(_ code: Code, field: String? = nil, reply: SMTPReply? = nil, reason: String) {
        self.code = code
        self.field = field
        self.reply = reply
        self.reason = reason
    }

    static func invalid(_ field: String, _ reason: String) -> MailError {
        MailError(.invalidMessage, field: field, reason: reason)
    }
}

extension MailError: CustomStringConvertible {
    /// One line for a log.
    public var description: String {
        let subject = field.map { "\($0) " } ?? ""
        let answer = reply.map { "; the mail server replied \($0)" } ?? ""
        return "mail error (\(code)): \(subject)\(reason)\(answer)"
    }
}

/// Servers and libraries repeat addresses in their messages.
///
/// Whatever holds an @ is personal data, and is left out.
func maskingAddresses(in text: String) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false)
        .map { $0.contains("@") ? "<address>" : $0 }
        .joined(separator: " ")
}
