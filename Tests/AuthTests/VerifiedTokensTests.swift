import FoundationEssentials
import Identifiers
import Testing
import Web

@testable import Auth

@Suite struct VerifiedTokensTests {
    private let account = Account(
        id: .new(),
        email: "ada@example.com",
        name: nil,
        role: .parent,
        createdAt: Date(timeIntervalSince1970: 1_800_000_000),
        emailVerifiedAt: nil
    )

    private var claims: AccessClaims {
        let configuration = AuthConfiguration(publicURL: "https://storytime.example")
        return AccessClaims(of: account, in: .new(), at: account.createdAt, by: configuration)
    }

    @Test func `a token is checked once`() async throws {
        let (tokens, claims) = (VerifiedTokens(room: 10), claims)
        #expect(try await tokens.claims(of: "a") { claims } == claims)
        #expect(try await tokens.claims(of: "a") { throw AuthError.invalidToken } == claims)
        await #expect(throws: AuthError.invalidToken) {
            try await tokens.claims(of: "b") { throw AuthError.invalidToken }
        }
    }

    @Test func `what is refused is checked again`() async throws {
        let (tokens, claims) = (VerifiedTokens(room: 10), claims)
        await #expect(throws: AuthError.invalidToken) {
            try await tokens.claims(of: "a") { throw AuthError.invalidToken }
        }
        #expect(try await tokens.claims(of: "a") { claims } == claims)
    }

    @Test func `those in use stay, and there is an end to the room`() async throws {
        let (tokens, claims) = (VerifiedTokens(room: 10), claims)
        var checks = 0
        for number in 0..<1_000 {
            for token in ["in use", "\(number)"] {
                _ = try await tokens.claims(of: token) {
                    checks += 1
                    return claims
                }
            }
        }
        #expect(checks == 1_001)
        await #expect(throws: AuthError.invalidToken) {
            try await tokens.claims(of: "0") { throw AuthError.invalidToken }
        }
    }
}
