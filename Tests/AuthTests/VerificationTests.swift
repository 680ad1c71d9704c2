import FoundationEssentials
import Mail
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct VerificationTests {
    @Test func `the mail has the link and the token, in words and in HTML`() async throws {
        try await AuthWorld.run { world in
            try await world.register(name: "Ada")
            let mail = try #require(world.mailbox.all.last)
            let token = try world.lastToken()
            #expect(mail.to == (try MailAddress("Ada@example.com")))
            #expect(mail.text.hasPrefix("Dear Ada,"))
            #expect(mail.text.contains("\nhttps://storytime.example/confirm?token=\(token)\n"))
            #expect(mail.html?.contains("<a href=\"https://storytime.example/confirm?token=\(token)\">") == true)
            #expect(mail.text.contains("within 24 hours"))
        }
    }

    @Test func `a token works once, also when it is sent many times at once`() async throws {
        try await AuthWorld.run { world in
            try await world.register()
            let token = try world.lastToken()
            let confirmed = await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask { (try? await world.module.accounts.verifyEmail(token: token)) != nil }
                }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(confirmed == 1)
            #expect(try await world.published == ["auth.user-registered", "auth.email-verified"])
            await #expect(throws: AuthError.verificationVoid) {
                try await world.module.accounts.verifyEmail(token: token)
            }
        }
    }

    @Test func `a token works for a day and no longer`() async throws {
        try await AuthWorld.run { world in
            try await world.register()
            let token = try world.lastToken()
            world.clock.advance(by: 86_400)
            await #expect(throws: AuthError.verificationVoid) {
                try await world.module.accounts.verifyEmail(token: token)
            }
            #expect(try await world.published == ["auth.user-registered"])
            try await world.module.accounts.resendVerification(to: #require(EmailAddress(AuthWorld.address)))
            try await world.runJobs()
            world.clock.advance(by: 86_399)
            try await world.module.accounts.verifyEmail(token: try world.lastToken())
        }
    }

    @Test func `a new token voids the old one`() async throws {
        try await AuthWorld.run { world in
            try await world.register()
            let old = try world.lastToken()
            world.clock.advance(by: 60)
            try await world.module.accounts.resendVerification(to: #require(EmailAddress(AuthWorld.address)))
            try await world.runJobs()
            let new = try world.lastToken()
            #expect(new != old)
            await #expect(throws: AuthError.verificationVoid) {
                try await world.module.accounts.verifyEmail(token: old)
            }
            try await world.module.accounts.verifyEmail(token: new)
        }
    }

    @Test func `no mail goes to strangers, to the confirmed, or twice within a minute`() async throws {
        try await AuthWorld.run { world in
            try await world.register()
            let known = try #require(EmailAddress(AuthWorld.address))
            try await world.module.accounts.resendVerification(to: known)
            try await world.module.accounts.resendVerification(to: #require(EmailAddress("bob@example.com")))
            #expect(try await world.queued == [])
            try await world.module.accounts.verifyEmail(token: try world.lastToken())
            world.clock.advance(by: 60)
            try await world.module.accounts.resendVerification(to: known)
            #expect(try await world.queued == [])
        }
    }

    @Test(arguments: ["", "A", "not a token", String(repeating: "A", count: 64)])
    func `what is no token is void`(_ token: String) async throws {
        try await AuthWorld.run { world in
            await #expect(throws: AuthError.verificationVoid) {
                try await world.module.accounts.verifyEmail(token: token)
            }
        }
    }

    @Test func `a job that comes too late sends nothing`() async throws {
        try await AuthWorld.run { world in
            try await world.module.accounts.register(
                Registration(email: AuthWorld.address, password: AuthWorld.password, name: nil, rules: PasswordRules())
            )
            world.clock.advance(by: 86_400)
            try await world.runJobs()
            #expect(world.mailbox.all.isEmpty)
        }
    }
}
