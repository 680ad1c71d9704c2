import EventDelivery
import FoundationEssentials
import Identifiers
import Postgres
import Web

/// Signs people in, proves who they are, and signs them out.
struct SessionService: Sendable {
    let database: Database
    let accounts: AccountRepository
    let sessions: SessionRepository
    let events: EventRecorder
    let hasher: PasswordHasher
    let keys: KeyRing
    let configuration: AuthConfiguration

    /// Begins a session.
    ///
    /// An unknown address costs as much time as a wrong password, and looks the same.
    func login(_ email: EmailAddress, _ password: Password, device: String?) async throws -> SignedIn {
        let known = try await accounts.credentials(email)
        let isRight = try await hasher.verify(password, known?.hash)
        guard let known, isRight else { throw AuthError.wrongCredentials }
        guard known.account.emailVerifiedAt != nil else { throw AuthError.emailNotVerified }
        let renewed = hasher.isOutdated(known.hash) ? try await hasher.hash(password) : nil
        let (session, now) = (SessionID.new(), configuration.now())
        let end = now + configuration.refreshLifetime.seconds
        try await database.transaction { tx in
            let hasBegun = try await sessions.begin(
                session,
                of: known.account.id,
                provenBy: known.hash,
                device: device,
                at: now,
                until: end,
                in: tx
            )
            guard hasBegun else { throw AuthError.wrongCredentials }
            if let renewed { accounts.renewHash(known.hash, with: renewed, of: known.account.id, in: tx) }
        }
        return try await signedIn(known.account, session, generation: 1, at: now)
    }

    /// Who sent a request, by its access token and by what is true now.
    func authenticate(_ token: String) async throws -> Identity {
        let now = configuration.now()
        let claims = try await claims(of: token, at: now)
        guard let role = try await sessions.role(in: claims.sid, of: claims.sub, at: now) else {
            throw AuthError.invalidToken
        }
        return Identity(user: claims.sub, session: claims.sid.rawValue, role: role)
    }

    /// Whose token it is, by its signature alone: the session may have ended since. Nil for one that is not good.
    func owner(of token: String) async -> UserID? { try? await claims(of: token, at: configuration.now()).sub }

    private func claims(of token: String, at now: Date) async throws -> AccessClaims {
        let claims = try await keys.current().verify(token)
        try claims.check(at: now, by: configuration)
        return claims
    }

    /// Ends a session; ``AuthError/noSuchSession`` when the account has none of that name.
    func end(_ session: SessionID, of user: UserID, because reason: Session.End) async throws {
        let now = configuration.now()
        let isEnded = try await database.transaction { tx in
            try await sessions.end(session, of: user, because: reason, at: now, in: tx)
        }
        guard isEnded else { throw AuthError.noSuchSession }
    }

    /// An account's living sessions, newest first: at most `limit`, and whether there are more.
    func list(of user: UserID, before cursor: SessionID?, limit: Int) async throws -> ([Session], hasMore: Bool) {
        let found = try await sessions.living(
            of: user,
            before: cursor,
            limit: limit + 1,
            at: configuration.now()
        )
        return (Array(found.prefix(limit)), found.count > limit)
    }

    /// The tokens of a session's generation.
    func signedIn(
        _ account: Account,
        _ session: SessionID,
        generation: Int,
        at now: Date
    ) async throws -> SignedIn {
        let keys = try await keys.current()
        let claims = AccessClaims(of: account, in: session, at: now, by: configuration)
        return SignedIn(
            accessToken: try await keys.sign(claims, at: now),
            expiresIn: claims.exp - claims.iat,
            refreshToken: keys.secret.refreshToken(RefreshSubject(session: session, generation: generation)),
            user: User(account)
        )
    }
}
