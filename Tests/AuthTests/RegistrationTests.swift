import AuthEvents
import FoundationEssentials
import Mail
import Postgres
import Testing

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct RegistrationTests {
    @Test func `an account begins with everything that belongs to it`() async throws {
        try await AuthWorld.run { world in
            try await world.module.accounts.register(
                Registration(
                    email: AuthWorld.address,
                    password: AuthWorld.password,
                    name: " Ada ",
                    rules: PasswordRules()
                )
            )
            #expect(try await world.queued == ["auth.send-verification"])
            #expect(try await world.published == ["auth.user-registered"])
            #expect(try await world.count("SELECT count(*) FROM auth.password") == 1)
            #expect(try await world.count("SELECT count(*) FROM auth.email_verification") == 1)
            let row = try #require(try await world.database.read("SELECT email, name, role FROM auth.account").first)
            #expect(try row["email"] == "Ada@example.com")
            #expect(try row["name"] == "Ada")
            #expect(try row["role"] == "parent")
        }
    }

    @Test func `nothing of it is left when a part of it fails`() async throws {
        try await AuthWorld.run { world in
            try await world.database.transaction { tx in try await tx.execute("DROP TABLE jobs.job") }
            await #expect(throws: DatabaseError.self) { try await world.register() }
            #expect(try await world.count("SELECT count(*) FROM auth.account") == 0)
            #expect(try await world.published == [])
        }
    }

    @Test func `the owner of a taken address gets a mail, and whoever asked learns nothing`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount(name: "Ada & <b>Bob</b>")
            let before = world.hashings.value
            try await world.register("ADA@example.com", password: "another lantern altogether")
            #expect(world.hashings.value == before + 1)
            let mail = try #require(world.mailbox.all.last)
            #expect(mail.subject == "You already have an account")
            #expect(mail.to.address == "Ada@example.com")
            #expect(mail.html?.contains("Dear Ada &amp; &lt;b&gt;Bob&lt;/b&gt;,") == true)
            #expect(try await world.published == ["auth.user-registered", "auth.email-verified"])
            await #expect(throws: AuthError.wrongCredentials) {
                try await world.login(password: "another lantern altogether")
            }
            _ = try await world.login()
        }
    }

    @Test func `of many who register one address at once, one gets the account`() async throws {
        try await AuthWorld.run { world in
            try await withThrowingTaskGroup { group in
                for attempt in 0..<12 {
                    group.addTask {
                        let spelling = attempt.isMultiple(of: 2) ? "ada@example.com" : "ADA@EXAMPLE.COM"
                        try await world.module.accounts.register(
                            Registration(
                                email: spelling,
                                password: AuthWorld.password,
                                name: nil,
                                rules: PasswordRules()
                            )
                        )
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await world.count("SELECT count(*) FROM auth.account") == 1)
            #expect(try await world.count("SELECT count(*) FROM auth.password") == 1)
            #expect(try await world.published == ["auth.user-registered"])
            let queued = try await world.queued
            #expect(queued.filter { $0 == "auth.send-verification" }.count == 1)
            #expect(queued.filter { $0 == "auth.send-already-registered" }.count == 11)
        }
    }

    @Test func `no password and no token is stored, and no event or job tells who it is`() async throws {
        try await AuthWorld.run { world in
            try await world.register(name: "Ada")
            let token = try world.lastToken()
            try await world.module.accounts.verifyEmail(token: token)
            try await world.module.accounts.register(
                Registration(email: AuthWorld.address, password: AuthWorld.password, name: nil, rules: PasswordRules())
            )
            let signedIn = try await world.login()
            let everything = try await world.database.read(
                """
                SELECT (SELECT string_agg(row_to_json(p)::text, '') FROM auth.password p)
                    || (SELECT string_agg(row_to_json(s)::text, '') FROM auth.session s)
                    || (SELECT string_agg(row_to_json(e)::text, '') FROM events.event e)
                    || (SELECT string_agg(row_to_json(j)::text, '') FROM jobs.job j) AS text
                """
            )
            let text: String = try #require(everything.first)["text"]
            for secret in [AuthWorld.password, token, signedIn.refreshToken, signedIn.accessToken, "Ada", "ada@"] {
                #expect(!text.contains(secret))
            }
        }
    }
}
