import AuthEvents
import EventDelivery
import FoundationEssentials
import Identifiers
import Postgres

extension SessionService {
    /// Spends a refresh token and gives its successor (RFC 9700 §4.14).
    ///
    /// One that was spent before ends the session for whoever holds it, and is announced. Only in the first seconds the
    /// same successor is given again, because the reply may have been lost.
    func refresh(_ token: String) async throws -> SignedIn {
        guard let subject = try await keys.current().secret.refreshSubject(of: token) else {
            throw AuthError.invalidToken
        }
        let now = configuration.now()
        let outcome = try await database.transaction { tx in try await decide(subject, at: now, in: tx) }
        switch outcome.decision {
        case .rotate, .repeatSuccessor:
            return try await signedIn(outcome.account, subject.session, generation: subject.generation + 1, at: now)
        case .expired: throw AuthError.tokenExpired
        case .reused, .void: throw AuthError.invalidToken
        }
    }

    /// Writes what follows from the token.
    ///
    /// It returns also when the answer will be no: the end of a session must commit.
    private func decide(
        _ subject: RefreshSubject,
        at now: Date,
        in tx: borrowing Transaction
    ) async throws -> (decision: RefreshDecision, account: Account) {
        guard let (state, account) = try await sessions.lock(subject.session, in: tx) else {
            throw AuthError.invalidToken
        }
        let decision = RefreshDecision(
            generation: subject.generation,
            of: state,
            at: now,
            grace: configuration.refreshGrace
        )
        switch decision {
        case .rotate:
            let end = now + configuration.refreshLifetime.seconds
            sessions.rotate(subject.session, to: subject.generation + 1, at: now, until: end, in: tx)
        case .reused:
            _ = try await sessions.end(subject.session, of: account.id, because: .reuse, at: now, in: tx)
            try events.record(RefreshTokenReused(user: account.id, session: subject.session.rawValue), in: tx)
        case .repeatSuccessor, .expired, .void: break
        }
        return (decision, account)
    }
}
