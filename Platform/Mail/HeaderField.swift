import FoundationEssentials

/// The rules of RFC 5322 and RFC 2047 for one line of a message's head.
enum HeaderField {
    /// Refuses what could end the line and begin another header, or the body.
    static func validate(_ value: String, field: String, limit: Int) throws(MailError) {
        guard value.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw .invalid(field, "holds a line break or another control character; remove it")
        }
        guard value.utf8.count <= limit else { throw .invalid(field, "is longer than \(limit) bytes; shorten it") }
    }

    /// Writes `Name: value`, folded before a space wherever a line would pass 78 characters.
    static func line(_ name: String, _ value: String) -> String {
        var folded = ""
        var line = "\(name):"
        for (index, word) in value.split(separator: " ", omittingEmptySubsequences: false).enumerated() {
            if index > 0, !word.isEmpty, line.utf8.count + 1 + word.utf8.count > 78 {
                folded += "\(line)\r\n"
                line = ""
            }
            line += " \(word)"
        }
        return "\(folded)\(line)\r\n"
    }

    /// Writes free text: as it is when that is safe, else as encoded words.
    static func text(_ text: String) -> String {
        let isSafe = isPlain(text) && !text.hasPrefix(" ") && !text.hasSuffix(" ")
        return isSafe ? text : encodedWords(text)
    }

    /// Writes `"Name" <address>`, or the bare address.
    static func mailbox(_ mailbox: MailAddress) -> String {
        guard let name = mailbox.name, !name.isEmpty else { return mailbox.address }
        guard isPlain(name) else { return "\(encodedWords(name)) <\(mailbox.address)>" }
        let quoted = name.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(quoted)\" <\(mailbox.address)>"
    }

    /// ASCII in words short enough to fold, and without what a reader would take for an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 < 0x80 } && !text.contains("=?")
            && text.split(separator: " ").allSatisfy { $0.utf8.count <= 60 }
    }

    /// Splits between code points, at most 39 bytes a word: with its frame and the longest name before it, that fits a line.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if words[words.count - 1].count + bytes.count > 39 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?utf-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: " ")
    }
}
