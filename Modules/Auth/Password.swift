import Web

/// A password in the form that is hashed: Unicode normalisation form C, so that every keyboard gives the same bytes.
struct Password: Hashable, Sendable {
    /// The normalised text in UTF-8.
    let utf8: [UInt8]

    /// Adopts what was typed, good or bad.
    ///
    /// It is never trimmed and never cut.
    init(_ typed: String) { utf8 = typed._nfcCodeUnits }

    /// The normalised text.
    var text: String { String(decoding: utf8, as: UTF8.self) }
}

/// What is asked of a new password: length, and that it is not among the first that anyone would try.
///
/// There are no rules about digits or symbols on purpose (NIST SP 800-63B): they make passwords worse.
struct PasswordRules: Sendable {
    /// Code points, at least.
    var minimum = 8
    /// Code points, at most.
    ///
    /// Hashing needs no limit, but a request does.
    let maximum = 128

    /// What is wrong with a password, if anything.
    ///
    /// `context` holds words that belong to the account, such as its address and its owner's name.
    func fault(of password: Password, context: [String]) -> FieldError? {
        let text = password.text
        let length = text.unicodeScalars.count
        if length < minimum { return .member("password", .tooShort, "Send at least \(minimum) characters") }
        if length > maximum { return .member("password", .tooLong, "Send at most \(maximum) characters") }
        guard isGuessable(text.lowercased(), context: context) else { return nil }
        return .member("password", "too-common", "It is among the first that others would try; choose another")
    }

    /// True for a listed word or a word of the account, also with digits or symbols around it.
    private func isGuessable(_ text: String, context: [String]) -> Bool {
        if Set(text).count == 1 { return true }
        let words = CommonPasswords.all.union(context.map { $0.lowercased() }.filter { $0.count >= 3 })
        return words.contains(text) || stem(of: text).map(words.contains) == true
    }

    /// The word in a password that is little more than a word; nil when enough is put around it to matter.
    private func stem(of text: String) -> String? {
        guard let first = text.firstIndex(where: \.isLetter), let last = text.lastIndex(where: \.isLetter) else {
            return nil
        }
        let stem = text[first...last]
        return text.count - stem.count <= 6 ? String(stem) : nil
    }
}

extension PasswordRules {
    /// The words of an account that its password must not be.
    static func context(email: EmailAddress?, name: String?) -> [String] {
        var words = ["storytime"]
        if let email {
            words += [email.canonical, String(email.local), String(email.domain)]
            words += email.local.split { !$0.isLetter }.map(String.init)
            words += email.domain.split(separator: ".").map(String.init)
        }
        if let name {
            words += [name] + name.split(separator: " ").map(String.init)
            words.append(name.filter { !$0.isWhitespace })
        }
        return words
    }
}
