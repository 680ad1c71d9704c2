import Crypto
import FoundationEssentials

/// A key pair that signs access tokens (ES256).
struct SigningKey: Sendable {
    /// The RFC 7638 thumbprint of the public half, which tokens name as `kid`.
    let id: String
    /// The secret half; it leaves the process only for `auth.signing_key`.
    let privateKey: P256.Signing.PrivateKey
    /// From when on it is published.
    let createdAt: Date
    /// From when on it signs.
    let usedFrom: Date

    /// Takes a key pair; without one a new one is made.
    init(_ privateKey: P256.Signing.PrivateKey = .init(), createdAt: Date, usedFrom: Date) {
        self.privateKey = privateKey
        self.createdAt = createdAt
        self.usedFrom = usedFrom
        id = PublicKey.Coordinates(of: privateKey.publicKey).thumbprint
    }

    /// What everyone may know of it.
    var published: PublicKey { PublicKey(PublicKey.Coordinates(of: privateKey.publicKey)) }
}
