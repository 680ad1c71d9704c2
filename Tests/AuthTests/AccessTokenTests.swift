import Crypto
import FoundationEssentials
import Identifiers
import StrictJSON
import Testing
import Web

@testable import Auth

@Suite struct AccessTokenTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let configuration = AuthConfiguration(publicURL: "https://storytime.example")
    private let key: SigningKey

    init() { key = SigningKey(createdAt: now, usedFrom: now) }

    private func check(_ token: String, after seconds: Double = 0) async throws {
        try await keys().verify(token).check(at: now + seconds, by: configuration)
    }

    private func keys() async -> Keys {
        await Keys([key], secret: TokenSecret(Array(0..<32)), loadedAt: now, verifiedTokens: 10)
    }

    @Test func `a token in good order is good for a quarter of an hour`() async throws {
        let token = try forge()
        try await check(token)
        try await check(token, after: 899)
        await #expect(throws: AuthError.tokenExpired) { try await check(token, after: 900) }
    }

    @Test func `a token that was good before still runs out, and lends its name to no other`() async throws {
        let (keys, token) = (await keys(), try forge())
        for _ in 1...2 { try await keys.verify(token).check(at: now, by: configuration) }
        await #expect(throws: AuthError.tokenExpired) {
            try await keys.verify(token).check(at: now + 900, by: configuration)
        }
        let other = token.dropLast(86) + (try forge(claims: ["iat": 1])).suffix(86)
        await #expect(throws: AuthError.invalidToken) { try await keys.verify(String(other)) }
    }

    @Test func `tokens that Auth signs are in that order, and verify with the published key alone`() async throws {
        let keys = await keys()
        let account = Account(
            id: .new(),
            email: "ada@example.com",
            name: nil,
            role: .parent,
            createdAt: now,
            emailVerifiedAt: now
        )
        let claims = AccessClaims(of: account, in: .new(), at: now, by: configuration)
        let token = try await keys.sign(claims, at: now)
        try await check(token)
        let parts = token.split(separator: ".").map(String.init)
        let published = try #require(keys.published.keys.first)
        let point = try #require(Base64URL.decode(published.x)) + #require(Base64URL.decode(published.y))
        let publicKey = try P256.Signing.PublicKey(rawRepresentation: point)
        let signature = try P256.Signing.ECDSASignature(rawRepresentation: #require(Base64URL.decode(parts[2])))
        #expect(publicKey.isValidSignature(signature, for: Data("\(parts[0]).\(parts[1])".utf8)))
        let payload = try JSON(parsing: #require(Base64URL.decode(parts[1])))
        let members = try #require(payload.object).members.map(\.name)
        #expect(Set(members) == ["iss", "aud", "sub", "sid", "role", "iat", "nbf", "exp", "jti"])
        #expect(payload["sub"]?.string == account.id.description)
    }

    @Test func `headers of other kinds are refused, however well they are signed`() async throws {
        let headers: [String: [String: JSON]] = [
            "another type": ["typ": "JWT"],
            "another key": ["kid": "unknown"],
            "another algorithm": ["alg": "ES384"],
            "critical extensions": ["crit": ["exp"], "exp": 1],
            "a key set elsewhere": ["jku": "https://evil.example/jwks.json"],
            "a key of its own": ["jwk": ["kty": "EC"]],
            "certificates": ["x5c": ["AA"]],
            "compression": ["zip": "DEF"],
        ]
        for (what, changes) in headers {
            await #expect(throws: AuthError.invalidToken, "\(what)") { try await check(try forge(header: changes)) }
        }
        for missing in ["typ", "kid", "alg"] {
            await #expect(throws: AuthError.invalidToken, "no \(missing)") {
                try await check(try forge(without: missing))
            }
        }
    }

    @Test func `tokens that nobody signed, or that the public key signed, are refused`() async throws {
        let none = try forge(header: ["alg": "none"]).split(separator: ".").prefix(2).joined(separator: ".") + "."
        await #expect(throws: AuthError.invalidToken) { try await check(none) }
        let input = try forge(header: ["alg": "HS256"]).split(separator: ".").prefix(2).joined(separator: ".")
        for secret in [
            key.privateKey.publicKey.rawRepresentation, Data(key.privateKey.publicKey.pemRepresentation.utf8),
        ] {
            let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: secret))
            await #expect(throws: AuthError.invalidToken) { try await check("\(input).\(Base64URL.encode(code))") }
        }
        await #expect(throws: AuthError.invalidToken) { try await check(try forge(by: .init())) }
    }

    @Test func `one changed character, padding or another spelling is refused`() async throws {
        let token = try forge()
        let parts = token.split(separator: ".").map(String.init)
        for text in [
            token + "=", token + "==", "=" + token, token + ".", "." + token, " " + token, token + "\n",
            "\(parts[0])=.\(parts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).", "\(parts[0])..\(parts[2])",
            "\(parts[1]).\(parts[0]).\(parts[2])", String(token.dropLast()), token.uppercased(), "", "..", "a.b.c",
            String(repeating: "A", count: 5000),
        ] {
            await #expect(throws: AuthError.invalidToken) { try await check(text) }
        }
    }

    @Test func `claims of others, of another time and of other types are refused`() async throws {
        let issued = JSON.integer(1_800_000_000 + 600)
        let claims: [String: [String: JSON]] = [
            "for somebody else": ["aud": "another"],
            "for several": ["aud": ["storytime", "another"]],
            "by somebody else": ["iss": "https://evil.example"],
            "not yet good": ["nbf": issued],
            "not yet issued": ["iat": issued],
            "for no account": ["sub": "ada"],
            "with another role": ["role": "root"],
            "without end": ["exp": "never"],
        ]
        for (what, changes) in claims {
            await #expect(throws: AuthError.invalidToken, "\(what)") { try await check(try forge(claims: changes)) }
        }
        await #expect(throws: AuthError.invalidToken) {
            try await check(try forge(claims: ["aud": "another"]), after: 9999)
        }
    }

    /// A token written by hand: as Auth writes it, but for the changes.
    private func forge(
        header: [String: JSON] = [:],
        without missing: String? = nil,
        claims: [String: JSON] = [:],
        by signer: P256.Signing.PrivateKey? = nil
    ) throws -> String {
        var head: [String: JSON] = ["alg": "ES256", "typ": "at+jwt", "kid": .string(key.id)]
        head.merge(header) { $1 }
        if let missing { head[missing] = nil }
        var body: [String: JSON] = [
            "iss": "https://storytime.example", "aud": "storytime", "sub": .string(UserID.new().description),
            "sid": .string(SessionID.new().description), "role": "parent", "iat": 1_800_000_000, "nbf": 1_800_000_000,
            "exp": 1_800_000_900, "jti": .string(UUID.v7().uuidString),
        ]
        body.merge(claims) { $1 }
        let parts = [head, body].map { JSON.object(JSONObject($0.map { ($0.key, $0.value) })).bytes }
        let input = parts.map { Base64URL.encode($0) }.joined(separator: ".")
        let signature = try (signer ?? key.privateKey).signature(for: Data(input.utf8))
        return "\(input).\(Base64URL.encode(signature.rawRepresentation))"
    }
}
