import Identifiers
import Postgres
import Testing
import Web

@testable import Auth

@Suite(.timeLimit(.minutes(2))) struct LoginTests {
    @Test func `whoever has the address and the password gets tokens that prove it`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount(name: "Ada")
            let signedIn = try await world.login(" ADA@EXAMPLE.COM ")
            #expect(signedIn.expiresIn == 900)
            #expect(signedIn.user.email == "Ada@example.com")
            #expect(signedIn.user.name == "Ada")
            #expect(signedIn.user.emailVerified)
            let identity = try await world.module.authenticator.authenticate(signedIn.accessToken)
            #expect(identity.user == signedIn.user.id)
            #expect(identity.role == .parent)
            let contact = try await world.module.contact(of: identity.user)
            #expect(contact == Contact(email: "Ada@example.com", name: "Ada", isConfirmed: true))
            #expect(try await world.module.contact(of: .new()) == nil)
        }
    }

    @Test func `an unknown address and a wrong password look the same and cost the same`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let before = world.hashings.value
            await #expect(throws: AuthError.wrongCredentials) {
                try await world.login(password: "a lantern in the mist")
            }
            #expect(world.hashings.value == before + 1)
            await #expect(throws: AuthError.wrongCredentials) { try await world.login("bob@example.com") }
            #expect(world.hashings.value == before + 2)
            #expect(try await world.count("SELECT count(*) FROM auth.session") == 0)
        }
    }

    @Test func `only who knows the password is told that the address is unconfirmed`() async throws {
        try await AuthWorld.run { world in
            try await world.register()
            await #expect(throws: AuthError.emailNotVerified) { try await world.login() }
            await #expect(throws: AuthError.wrongCredentials) {
                try await world.login(password: "a lantern in the mist")
            }
        }
    }

    @Test func `a password is hashed anew when the cost has changed`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let dearer = world.anotherNode { $0.hashing = HashingCost(memory: 128, passes: 1) }
            let before = dearer.hashings.value
            _ = try await dearer.login()
            #expect(dearer.hashings.value == before + 2)
            let row = try #require(try await world.database.read("SELECT hash FROM auth.password").first)
            #expect((try row["hash"] as String).hasPrefix("$argon2id$v=19$m=128,t=1,p=1$"))
            _ = try await dearer.login()
            #expect(dearer.hashings.value == before + 3)
        }
    }

    @Test func `becoming an administrator acts at once, also for tokens that are out`() async throws {
        try await AuthWorld.run { world in
            try await world.openAccount()
            let token = try await world.login().accessToken
            #expect(try await world.module.grantAdministrator(email: "ada@example.com"))
            #expect(try await world.module.authenticator.authenticate(token).role == .administrator)
            #expect(try await !world.module.grantAdministrator(email: "bob@example.com"))
        }
    }
}
