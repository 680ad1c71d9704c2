import Crypto
import Synchronization

/// Remembers which access tokens were found to be properly made, because clients send the same one with every request and
/// a signature is costly to check.
///
/// It belongs to one set of keys and is gone with it. Whether the claims hold at this moment, and whether the session
/// lives, is another matter and asked each time. Tokens themselves are not kept, only their digests.
final class VerifiedTokens: Sendable {
    private struct State {
        var recent: [SHA256Digest: AccessClaims] = [:]
        var older: [SHA256Digest: AccessClaims] = [:]
    }

    private let state = Mutex(State())
    private let room: Int

    /// Room for about so many tokens: those that were not used for the longest time make room for new ones.
    init(room: Int) { self.room = room }

    /// The claims of a token, checked now unless this was done before. What is refused is not remembered.
    func claims(of token: String, check: () async throws -> AccessClaims) async throws -> AccessClaims {
        let digest = SHA256.hash(data: Array(token.utf8))
        if let known = find(digest) { return known }
        let claims = try await check()
        state.withLock { keep(claims, digest, &$0) }
        return claims
    }

    private func find(_ digest: SHA256Digest) -> AccessClaims? {
        state.withLock { state in
            if let claims = state.recent[digest] { return claims }
            guard let claims = state.older[digest] else { return nil }
            keep(claims, digest, &state)
            return claims
        }
    }

    /// Two halves stand in for an order of use: what is in neither when the recent one is full was not used since it was last so.
    private func keep(_ claims: AccessClaims, _ digest: SHA256Digest, _ state: inout State) {
        if state.recent.count >= max(1, room / 2) { (state.older, state.recent) = (state.recent, [:]) }
        state.recent[digest] = claims
    }
}
