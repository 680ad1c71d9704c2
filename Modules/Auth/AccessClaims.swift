import FoundationEssentials
import Identifiers
import JWTKit
import Web

/// What an access token says (RFC 9068): who, in which session, for whom, and for how long.
///
/// Times are whole seconds.
struct AccessClaims: JWTPayload, Hashable {
    let iss: String
    let aud: String
    let sub: UserID
    let sid: SessionID
    let role: Role
    let iat: Int
    let nbf: Int
    let exp: Int
    let jti: UUID

    /// What a token issued now says.
    init(of account: Account, in session: SessionID, at now: Date, by configuration: AuthConfiguration) {
        let issued = Int(now.timeIntervalSince1970)
        iss = configuration.issuer
        aud = configuration.audience
        sub = account.id
        sid = session
        role = account.role
        iat = issued
        nbf = issued
        exp = issued + Int(configuration.accessLifetime.seconds)
        jti = .v7()
    }

    /// Nothing: JWTKit has no clock to give.
    ///
    /// ``check(at:by:)`` follows, and knows the time.
    func verify(using algorithm: some JWTAlgorithm) {}

    /// Throws unless the token is from us, for us, and good at this moment.
    func check(at now: Date, by configuration: AuthConfiguration) throws {
        let seconds = now.timeIntervalSince1970
        guard iss == configuration.issuer, aud == configuration.audience else { throw AuthError.invalidToken }
        guard Double(max(nbf, iat)) <= seconds + Self.leeway else { throw AuthError.invalidToken }
        guard seconds < Double(exp) else { throw AuthError.tokenExpired }
    }

    /// How far the clocks of two nodes may differ.
    private static let leeway = 30.0
}
