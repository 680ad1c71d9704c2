import Mail
import Testing

/// Logins and encryption.
///
/// Enabled as in `SMTPTests`.
@Suite(.enabled(if: Python.withServer != nil, "needs aiosmtpd"), .timeLimit(.minutes(1)))
struct SMTPSecurityTests {
    @Test func loginIsTaken() async throws {
        try await MailServer.run("accept", "--login") { server in
            try await server.mailer(login: "teller:once%75pon@").send(.fixture())
            #expect(try await server.accepted().recipients == ["ada@family.example"])
        }
    }

    @Test(arguments: [("", 530), ("teller:wrong@", 535)])
    func loginThatWeHaveToMendIsTemporary(login: String, code: Int) async throws {
        try await MailServer.run("accept", "--login") { server in
            let error = try await failure(of: server.mailer(login: login))
            #expect(error?.code == .temporary)
            #expect(error?.reply?.code == code)
            #expect(error.map { "\($0)".contains("wrong") } == false)
        }
    }

    @Test func conversationIsEncryptedBySTARTTLS() async throws {
        try await MailServer.run("accept", "--tls", "--login") { server in
            let mailer = try server.mailer(login: "teller:onceupon@", options: "?ca=\(server.authority)")
            try await mailer.send(.fixture())
            #expect(try await server.accepted().encrypted)
        }
    }

    @Test func conversationIsEncryptedFromTheFirstByte() async throws {
        try await MailServer.run("accept", "--tls", "--implicit", "--login") { server in
            let options = "?ca=\(server.authority)"
            try await server.mailer(login: "teller:onceupon@", scheme: "smtps", options: options).send(.fixture())
            #expect(try await server.accepted().encrypted)
        }
    }

    @Test(arguments: ["required", "opportunistic"])
    func strangersCertificateIsNotTrusted(starttls: String) async throws {
        try await MailServer.run("accept", "--tls") { server in
            let error = try await failure(of: server.mailer(options: "?starttls=\(starttls)"))
            #expect(error?.code == .temporary)
            #expect(error?.reason.contains("certificate") == true)
        }
    }

    @Test func passwordIsNotGivenToAServerWithoutTLS() async throws {
        try await MailServer.run("accept", "--login") { server in
            let error = try await failure(of: server.mailer(login: "teller:onceupon@", options: ""))
            #expect(error?.code == .temporary)
            #expect(error?.reason.contains("STARTTLS") == true)
        }
    }

    private func failure(of mailer: Mailer) async -> MailError? {
        await #expect(throws: MailError.self) { try await mailer.send(.fixture()) }
    }
}
