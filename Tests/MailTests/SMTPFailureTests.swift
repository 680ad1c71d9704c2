import Mail
import Testing

/// How a real server's bad days are told apart.
///
/// Enabled as in `SMTPTests`.
@Suite(.enabled(if: Python.withServer != nil, "needs aiosmtpd"), .timeLimit(.minutes(1)))
struct SMTPFailureTests {
    @Test func busyServerIsTemporary() async throws {
        try await MailServer.run("busy") { server in
            let error = try await failure(of: server.mailer())
            #expect(error?.code == .temporary)
            #expect(error?.reply?.code == 451)
            #expect(error?.reply?.text == "4.3.0 <address> try again later")
        }
    }

    @Test func refusedRecipientIsPermanent() async throws {
        try await MailServer.run("refuse") { server in
            let error = try await failure(of: server.mailer())
            #expect(error?.code == .permanent)
            #expect(error?.reply?.code == 550)
            #expect(error?.reply?.text == "5.1.1 Sorry, 5.1.1 <address> no such user")
        }
    }

    @Test func refusedContentIsPermanent() async throws {
        try await MailServer.run("refuse-content") { server in
            let error = try await failure(of: server.mailer())
            #expect(error?.code == .permanent)
            #expect(error?.reply?.text == "5.7.1 looks like spam")
        }
    }

    @Test func droppedConnectionIsTemporary() async throws {
        try await MailServer.run("drop") { server in
            let error = try await failure(of: server.mailer())
            #expect(error?.code == .temporary)
            #expect(error?.reply == nil)
        }
    }

    @Test func refusedConnectionIsTemporary() async throws {
        let mailer = Mailer.smtp(try SMTPConfiguration(url: "smtp://127.0.0.1:1"), from: try .storytime)
        let error = await failure(of: mailer)
        #expect(error?.code == .temporary)
        #expect(error?.reply == nil)
        await #expect(throws: MailError.self) { try await mailer.check() }
    }

    /// Left at its default, the time limit of a conversation is 30 seconds.
    @Test func silentServerTimesOut() async throws {
        try await MailServer.run("hang") { server in
            let mailer = try server.mailer { $0.timeout = .milliseconds(600) }
            let start = ContinuousClock.now
            let error = await failure(of: mailer)
            #expect(error?.code == .temporary)
            #expect(error?.reply == nil)
            #expect((.milliseconds(500) ... .seconds(20)).contains(start.duration(to: .now)))
        }
    }

    @Test func cancellationAbandonsTheConversation() async throws {
        try await MailServer.run("hang") { server in
            let mailer = try server.mailer()
            let start = ContinuousClock.now
            let sending = Task { try await mailer.send(.fixture()) }
            try await server.hasBeenAsked()
            sending.cancel()
            await #expect(throws: CancellationError.self) { try await sending.value }
            #expect(start.duration(to: .now) < .seconds(20))
        }
    }

    @Test func cancellationLeavesTheQueue() async throws {
        try await MailServer.run("hang") { server in
            let mailer = try server.mailer { $0.concurrency = 1 }
            let inFront = Task { try await mailer.send(.fixture()) }
            try await server.hasBeenAsked()
            let behind = Task { try await mailer.send(.fixture()) }
            behind.cancel()
            await #expect(throws: CancellationError.self) { try await behind.value }
            inFront.cancel()
            await #expect(throws: CancellationError.self) { try await inFront.value }
        }
    }

    private func failure(of mailer: Mailer) async -> MailError? {
        let error = await #expect(throws: MailError.self) { try await mailer.send(.fixture()) }
        #expect(error.map { "\($0)".contains("@") } == false)
        return error
    }
}
