public import FoundationEssentials

/// How accounts, passwords, sessions and tokens are handled.
///
/// | property | default | meaning |
/// |---|---|---|
/// | `publicURL` | required | where people's browsers find the product; links in mails begin with it |
/// | `issuer` | `publicURL` | `iss` of access tokens |
/// | `audience` | `storytime` | `aud` of access tokens |
/// | `secret` | made and kept in Postgres | 32 bytes from which refresh and mail tokens are derived (secret) |
/// | `accessLifetime` | 15 min | how long an access token is good; never longer |
/// | `verifiedTokens` | 10,000 | access tokens whose signature is not checked again; some 300 bytes each |
/// | `refreshLifetime` | 30 days | how long a session lasts without being refreshed |
/// | `refreshGrace` | 10 s | how long a spent refresh token still yields its successor |
/// | `verificationLifetime` | 24 h | how long the link in a mail works |
/// | `verificationInterval` | 1 min | the least time between two such mails to one account |
/// | `passwordMinimum` | 8 | code points of a password, at least |
/// | `hashing` | 19 MiB, 2 passes, 1 lane | cost of Argon2id |
/// | `hashingConcurrency` | 2 | passwords hashed at once |
/// | `hashingBacklog` | 64 | passwords that may wait; the next is refused with 503 |
public struct AuthConfiguration: Sendable {
    /// Where people's browsers find the product, without a slash at the end.
    public var publicURL: String
    /// `iss` of access tokens.
    public var issuer: String
    /// `aud` of access tokens.
    public var audience = "storytime"
    /// 32 bytes from which refresh tokens and tokens in mails are derived.
    ///
    /// Without it one is made at the first start and kept in Postgres; then whoever reads a backup can forge tokens.
    /// Changing it ends every session.
    public var secret: [UInt8]?
    /// How long an access token is good, at most 15 minutes.
    public var accessLifetime: Duration = .seconds(900) {
        didSet { accessLifetime = min(accessLifetime, .seconds(900)) }
    }
    /// How many access tokens are remembered to be properly made, so that their signature is checked once and not with each
    /// request.
    public var verifiedTokens = 10_000
    /// How long a session lasts without being refreshed.
    public var refreshLifetime: Duration = .seconds(30 * 86_400)
    /// How long a spent refresh token still yields its successor, because the reply may have been lost.
    public var refreshGrace: Duration = .seconds(10)
    /// How long the link in a mail works.
    public var verificationLifetime: Duration = .seconds(86_400)
    /// The least time between two verification mails to one account.
    public var verificationInterval: Duration = .seconds(60)
    /// Code points of a password, at least.
    public var passwordMinimum = 8
    /// The cost of a password's hash.
    ///
    /// Older hashes are renewed when their owners sign in.
    public var hashing = HashingCost()
    /// Passwords hashed at once.
    public var hashingConcurrency = 2
    /// Passwords that may wait to be hashed.
    public var hashingBacklog = 64
    /// The clock by which everything here is dated.
    public var now: @Sendable () -> Date = { Date() }

    /// The defaults for a product at this URL.
    public init(publicURL: String) {
        self.publicURL = publicURL
        issuer = publicURL
    }
}

/// The cost of one Argon2id hash.
public struct HashingCost: Sendable, Hashable {
    /// Memory in KiB.
    public var memory: UInt32
    /// Passes over the memory.
    public var passes: UInt32
    /// Lanes, which libargon2 computes on threads of their own when there are several.
    public var lanes: UInt32

    /// 19 MiB, two passes and one lane, which OWASP recommends, unless given.
    public init(memory: UInt32 = 19 * 1024, passes: UInt32 = 2, lanes: UInt32 = 1) {
        self.memory = memory
        self.passes = passes
        self.lanes = lanes
    }
}
