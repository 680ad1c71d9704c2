import Identifiers
import Testing
import Web

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct SessionTests {
    @Test func `a session that was ended is over at once, and the others go on`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let (gone, kept) = (try await world.login(), try await world.login())
            let identity = try await world.module.sessions.authenticate(gone.accessToken)
            let session = SessionID(identity.session)
            try await world.module.sessions.end(session, of: identity.user, because: .logout)
            await #expect(throws: AuthError.invalidToken) {
                try await world.module.sessions.authenticate(gone.accessToken)
            }
            await #expect(throws: AuthError.invalidToken) {
                try await world.module.sessions.refresh(gone.refreshToken)
            }
            await #expect(throws: AuthError.noSuchSession) {
                try await world.module.sessions.end(session, of: identity.user, because: .revoked)
            }
            _ = try await world.module.sessions.authenticate(kept.accessToken)
            #expect(try await world.published.last == "auth.email-verified")
        }
    }

    @Test func `nobody ends or sees the sessions of others`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            try await world.openAccount("bob@example.com")
            let (ada, bob) = (try await world.login(), try await world.login("bob@example.com"))
            let session = try await world.module.sessions.authenticate(ada.accessToken).session
            await #expect(throws: AuthError.noSuchSession) {
                try await world.module.sessions.end(SessionID(session), of: bob.user.id, because: .revoked)
            }
            #expect(try await world.module.sessions.list(of: bob.user.id, before: nil, limit: 9).0.count == 1)
            _ = try await world.module.sessions.authenticate(ada.accessToken)
        }
    }

    @Test func `the list has the living sessions, newest first, page by page`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            var tokens: [SignedIn] = []
            for device in ["phone", "tablet", "browser", "watch"] {
                tokens.append(try await world.login(device: device))
            }
            let user = tokens[0].user.id
            let tablet = try await world.module.sessions.authenticate(tokens[1].accessToken).session
            try await world.module.sessions.end(SessionID(tablet), of: user, because: .revoked)
            let first = try await world.module.sessions.list(of: user, before: nil, limit: 2)
            #expect(first.0.map(\.device) == ["watch", "browser"])
            #expect(first.hasMore)
            let rest = try await world.module.sessions.list(of: user, before: first.0.last?.id, limit: 2)
            #expect(rest.0.map(\.device) == ["phone"])
            #expect(!rest.hasMore)
        }
    }
}
