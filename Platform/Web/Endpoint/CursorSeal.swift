import Crypto
import FoundationEssentials

/// Signs cursors, so that what comes back is known to be what was sent.
///
/// A cursor belongs to the list it was made for. Nodes that share the secret take each other's.
struct CursorSeal: Sendable {
    private let key: SymmetricKey

    /// Without a secret the seal is this process' own, and ends with it.
    init(secret: [UInt8]? = nil) {
        key = secret.map { SymmetricKey(data: $0) } ?? SymmetricKey(size: .bits256)
    }

    /// The text with its signature.
    func seal(_ text: String, of list: String) -> String { "\(text).\(signature(text, list))" }

    /// The text of a signed cursor.
    ///
    /// - Throws: ``Problem`` 400 unless it was signed for that list.
    func open(_ sealed: String, of list: String) throws(Problem) -> String {
        guard let dot = sealed.lastIndex(of: ".") else { throw .foreignCursor }
        let text = String(sealed[..<dot])
        let (given, right) = (Array(sealed[dot...].utf8.dropFirst()), Array(signature(text, list).utf8))
        // Every byte is looked at, so that the time does not tell how many were right.
        guard given.count == right.count, zip(given, right).reduce(0, { $0 | ($1.0 ^ $1.1) }) == 0 else {
            throw .foreignCursor
        }
        return text
    }

    private func signature(_ text: String, _ list: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(list) \(text)".utf8), using: key)
        return Data(code.prefix(15)).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}

extension Problem {
    fileprivate static var foreignCursor: Problem {
        let advice = "Send nextCursor of the previous page as it is, or leave it out"
        return Problem(.malformedRequest, advice, errors: [.parameter("cursor", .format, advice)])
    }
}
