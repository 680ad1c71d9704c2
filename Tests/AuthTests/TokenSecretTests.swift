import FoundationEssentials
import Identifiers
import Testing

@testable import Auth

@Suite struct TokenSecretTests {
    private let secret = TokenSecret(Array(0..<32))
    private let subject = RefreshSubject(session: .new(), generation: 4_711)

    @Test func `a token is read back as what it stands for, and is always the same`() {
        let token = secret.refreshToken(subject)
        #expect(secret.refreshSubject(of: token) == subject)
        #expect(secret.refreshToken(subject) == token)
        let id = UUID.v7()
        #expect(secret.verification(of: secret.verificationToken(id)) == id)
    }

    @Test func `no other secret, purpose or generation accepts it`() {
        let token = secret.refreshToken(subject)
        #expect(TokenSecret(Array(1..<33)).refreshSubject(of: token) == nil)
        #expect(secret.verification(of: token) == nil)
        #expect(secret.refreshSubject(of: secret.verificationToken(subject.session.rawValue)) == nil)
        #expect(secret.refreshToken(RefreshSubject(session: subject.session, generation: 4_712)) != token)
    }

    @Test func `one changed character anywhere makes it worthless`() {
        let token = secret.refreshToken(subject)
        for index in token.indices {
            let other = token[index] == "A" ? "B" : "A"
            #expect(secret.refreshSubject(of: token.replacingCharacters(in: index...index, with: other)) == nil)
        }
        for text in ["", "A", token + "=", token + "A", String(token.dropLast()), token + "\n", "é" + token] {
            #expect(secret.refreshSubject(of: text) == nil)
        }
    }

    @Test(arguments: [("", []), ("_-8", [255, 239]), ("AA", [0])] as [(String, [UInt8])])
    func `base64url has one spelling`(_ text: String, _ bytes: [UInt8]) {
        #expect(Base64URL.decode(text) == bytes)
        #expect(Base64URL.encode(bytes) == text)
    }

    @Test(arguments: ["AB", "AA==", "A", "+-8", "/w", "_w==", " AA", "AA\n", "A A"])
    func `any other spelling is refused`(_ text: String) {
        #expect(Base64URL.decode(text) == nil)
    }
}

extension String {
    fileprivate func replacingCharacters(in range: ClosedRange<Index>, with text: String) -> String {
        var copy = self
        copy.replaceSubrange(range, with: text)
        return copy
    }
}
