import Crypto
import FoundationEssentials
import Identifiers

/// Derives the tokens that are handed out, so that none of them has to be stored, and reads them back.
///
/// A token is its subject (identifiers) and an HMAC-SHA256 over it: 256 bits that nobody can guess. The same subject
/// always gives the same token, which is how a lost reply is repeated.
struct TokenSecret: Sendable {
    private enum Purpose: String {
        case refresh = "storytime/refresh-token/1"
        case verification = "storytime/email-verification/1"
    }

    private let master: SymmetricKey

    /// A secret of 32 random bytes.
    init(_ bytes: [UInt8]) { master = SymmetricKey(data: bytes) }

    /// The refresh token of a session's generation.
    func refreshToken(_ subject: RefreshSubject) -> String { seal(subject.bytes, for: .refresh) }

    /// Which generation of which session a refresh token is; nil when it is not ours.
    func refreshSubject(of token: String) -> RefreshSubject? {
        open(token, for: .refresh).flatMap { RefreshSubject(bytes: $0) }
    }

    /// The token that goes out by mail for a row of `auth.email_verification`.
    func verificationToken(_ id: UUID) -> String { seal(id.bytes, for: .verification) }

    /// Which row a token from a mail belongs to; nil when it is not ours.
    func verification(of token: String) -> UUID? {
        open(token, for: .verification).flatMap { UUID(bytes: $0) }
    }

    private func seal(_ subject: [UInt8], for purpose: Purpose) -> String {
        Base64URL.encode(subject + HMAC<SHA256>.authenticationCode(for: subject, using: key(purpose)))
    }

    private func open(_ token: String, for purpose: Purpose) -> [UInt8]? {
        guard token.utf8.count <= 128, let bytes = Base64URL.decode(token), bytes.count > SHA256.byteCount else {
            return nil
        }
        let subject = Array(bytes.dropLast(SHA256.byteCount))
        let code = Array(bytes.suffix(SHA256.byteCount))
        // Compares in constant time.
        let isOurs = HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: subject, using: key(purpose))
        return isOurs ? subject : nil
    }

    private func key(_ purpose: Purpose) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: master, info: Array(purpose.rawValue.utf8), outputByteCount: 32)
    }
}

/// What a refresh token stands for: one generation of one session.
struct RefreshSubject: Hashable, Sendable {
    let session: SessionID
    let generation: Int
}

extension RefreshSubject {
    /// 16 bytes of session, 8 of generation.
    var bytes: [UInt8] {
        session.rawValue.bytes + (0..<8).reversed().map { UInt8(truncatingIfNeeded: generation >> ($0 * 8)) }
    }

    init?(bytes: [UInt8]) {
        guard bytes.count == 24, let session = UUID(bytes: Array(bytes.prefix(16))) else { return nil }
        self.init(session: SessionID(session), generation: bytes.dropFirst(16).reduce(0) { $0 << 8 | Int($1) })
    }
}

extension UUID {
    var bytes: [UInt8] { unsafe withUnsafeBytes(of: uuid) { unsafe Array($0) } }

    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(uuid: unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: uuid_t.self) })
    }
}
