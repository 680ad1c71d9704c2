import FoundationEssentials
import JWTKit

/// What tokens are made and checked with, as it was at one moment.
struct Keys: Sendable {
    /// Derives refresh tokens and tokens in mails.
    let secret: TokenSecret
    /// When this was read.
    let loadedAt: Date
    private let signing: [SigningKey]
    private let collection: JWTKeyCollection
    private let names: Set<String>
    private let verified: VerifiedTokens

    init(_ signing: [SigningKey], secret: TokenSecret, loadedAt: Date, verifiedTokens: Int) async {
        self.signing = signing
        self.secret = secret
        self.loadedAt = loadedAt
        names = Set(signing.map(\.id))
        verified = VerifiedTokens(room: verifiedTokens)
        collection = JWTKeyCollection()
        for key in signing {
            // A key that came out of CryptoKit cannot be refused; were it ever, its tokens would not verify.
            guard let pair = try? ES256PrivateKey(backing: key.privateKey) else { continue }
            await collection.add(ecdsa: pair, kid: JWKIdentifier(string: key.id))
        }
    }

    /// The public halves.
    var published: PublicKeySet { PublicKeySet(keys: signing.map(\.published)) }

    /// An access token with these claims.
    func sign(_ claims: AccessClaims, at now: Date) async throws -> String {
        guard let key = KeySchedule.signer(of: signing, at: now) else { throw AuthError.invalidToken }
        return try await collection.sign(claims, kid: JWKIdentifier(string: key.id), header: ["typ": "at+jwt"])
    }

    /// The claims of an access token whose form and signature are right.
    ///
    /// They are still to be checked.
    func verify(_ token: String) async throws -> AccessClaims {
        try await verified.claims(of: token) {
            guard AccessTokenForm.isProper(token, knownKeys: names) else { throw AuthError.invalidToken }
            do {
                return try await collection.verify(token, as: AccessClaims.self)
            } catch is JWTError {
                throw AuthError.invalidToken
            } catch is DecodingError {
                throw AuthError.invalidToken
            }
        }
    }
}
