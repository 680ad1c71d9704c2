import Postgres
import Testing
import Web

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct RefreshTests {
    @Test func `each token is traded once for tokens of the same session`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            var tokens = try await world.login()
            let session = try await world.module.authenticator.authenticate(tokens.accessToken).session
            for _ in 0..<3 {
                world.clock.advance(by: 800)
                let next = try await world.module.sessions.refresh(tokens.refreshToken)
                #expect(next.refreshToken != tokens.refreshToken)
                #expect(try await world.module.authenticator.authenticate(next.accessToken).session == session)
                tokens = next
            }
            #expect(try await world.count("SELECT count(*) FROM auth.session") == 1)
        }
    }

    @Test func `twenty who refresh at once get one successor and raise no alarm`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let spent = try await world.login().refreshToken
            let successors = try await withThrowingTaskGroup { group in
                for _ in 0..<20 { group.addTask { try await world.module.sessions.refresh(spent).refreshToken } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(successors.count == 20)
            #expect(Set(successors).count == 1)
            #expect(try await world.count("SELECT generation AS count FROM auth.session") == 2)
            #expect(try await !world.published.contains("auth.refresh-token-reused"))
            _ = try await world.module.sessions.refresh(try #require(successors.first))
        }
    }

    @Test func `a reply that was lost is repeated by any node, for ten seconds`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let spent = try await world.login().refreshToken
            let lost = try await world.module.sessions.refresh(spent)
            world.clock.advance(by: 10)
            let repeated = try await world.anotherNode().module.sessions.refresh(spent)
            #expect(repeated.refreshToken == lost.refreshToken)
            world.clock.advance(by: 1)
            await #expect(throws: AuthError.invalidToken) { try await world.module.sessions.refresh(spent) }
        }
    }

    @Test func `a spent token that comes back ends the session and is announced once`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let first = try await world.login()
            let other = try await world.login()
            let second = try await world.module.sessions.refresh(first.refreshToken)
            world.clock.advance(by: 11)
            for _ in 0..<2 {
                await #expect(throws: AuthError.invalidToken) {
                    try await world.module.sessions.refresh(first.refreshToken)
                }
            }
            await #expect(throws: AuthError.invalidToken) {
                try await world.module.sessions.refresh(second.refreshToken)
            }
            await #expect(throws: AuthError.invalidToken) {
                try await world.module.sessions.authenticate(second.accessToken)
            }
            #expect(try await world.published.filter { $0 == "auth.refresh-token-reused" }.count == 1)
            _ = try await world.module.sessions.refresh(other.refreshToken)
        }
    }

    @Test func `the grace is for the last token only`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let first = try await world.login()
            let second = try await world.module.sessions.refresh(first.refreshToken)
            _ = try await world.module.sessions.refresh(second.refreshToken)
            await #expect(throws: AuthError.invalidToken) {
                try await world.module.sessions.refresh(first.refreshToken)
            }
            #expect(try await world.published.contains("auth.refresh-token-reused"))
        }
    }

    @Test func `a session ends when it is not refreshed for thirty days`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let tokens = try await world.login()
            world.clock.advance(by: 30 * 86_400 - 1)
            let next = try await world.module.sessions.refresh(tokens.refreshToken)
            world.clock.advance(by: 30 * 86_400)
            await #expect(throws: AuthError.tokenExpired) {
                try await world.module.sessions.refresh(next.refreshToken)
            }
        }
    }

    @Test func `a token of another secret is worthless`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let token = try await world.login().refreshToken
            let stranger = world.anotherNode { $0.secret = Array(repeating: 7, count: 32) }
            await #expect(throws: AuthError.invalidToken) { try await stranger.module.sessions.refresh(token) }
        }
    }
}
