/// What a mail server answered: a code such as 451, and its words for people with any address masked.
public struct SMTPReply: Sendable, Hashable {
    /// The three digits.
    public let code: Int
    /// The words, lines of a long reply joined.
    public let text: String

    init(code: Int, text: String) {
        self.code = code
        self.text = maskingAddresses(in: text)
    }

    var isRefusal: Bool { code >= 400 }

    /// 5yz is final, unless it is about who we are: then mending the login lets the same message pass (RFC 4954).
    var isPermanent: Bool { code >= 500 && !(530...539).contains(code) }
}

extension SMTPReply: CustomStringConvertible {
    /// The reply as the server wrote it, addresses masked.
    public var description: String { "\(code) \(text)" }
}

/// Remembers the last reply of a conversation, joining the lines of a long one.
struct SMTPReplyLog {
    private(set) var last: SMTPReply?
    private var isContinued = false

    /// Reads `250-more follows` or `250 that is all`.
    ///
    /// The farewell (221) is skipped: it comes after a refusal and would hide it.
    mutating func read(_ line: String) {
        guard let code = Int(line.prefix(3)), (200...599).contains(code), code != 221 else { return }
        let text = line.dropFirst(4).filter { !$0.isNewline }
        let earlier = isContinued ? last.map { "\($0.text) " } ?? "" : ""
        last = SMTPReply(code: code, text: earlier + text)
        isContinued = line.dropFirst(3).first == "-"
    }
}
