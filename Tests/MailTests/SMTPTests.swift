import Testing

@testable import Mail

/// Against a real server.
///
/// `STORYTIME_TEST_PYTHON` names a Python with aiosmtpd; `make test` always does, so nothing is skipped there.
@Suite(.enabled(if: Python.withServer != nil, "needs aiosmtpd"), .timeLimit(.minutes(1)))
struct SMTPTests {
    @Test func messageArrivesWithItsIdAndItsSubject() async throws {
        try await MailServer.run { server in
            let message = try MailMessage.fixture(
                subject: "Ünïcödé ✓",
                text: "Grüße",
                html: "<p>Grüße</p>",
                id: "job-7"
            )
            try await server.mailer().send(message)
            let envelope = try await server.accepted()
            #expect(envelope.sender == "hello@storytime.example")
            #expect(envelope.recipients == ["ada@family.example"])
            #expect(envelope.client == "client.test")
            let mail = try ParsedMail(envelope.content)
            #expect(mail["Subject"] == "Ünïcödé ✓")
            #expect(mail["Message-ID"] == "<job-7@storytime.example>")
            #expect(mail.parts == [["text/plain", "Grüße"], ["text/html", "<p>Grüße</p>"]])
        }
    }

    @Test func secondAttemptIsTheSameMessage() async throws {
        try await MailServer.run { server in
            let mailer = try server.mailer()
            for _ in 1...2 { try await mailer.send(.fixture()) }
            #expect(try await server.accepted().content == server.accepted().content)
        }
    }

    enum Content: String, CaseIterable {
        case loneDot = ".\n"
        case dots = ".\n.\n..\nmid.dle\n.a\n"
        case endOfData = "end\n.\nMAIL FROM:<x@y>\n"
    }

    @Test(arguments: Content.allCases, [1, 5_000])
    func leadingDotsArriveAsTheyAre(content: Content, count: Int) async throws {
        try await arrivesByteForByte(String(repeating: content.rawValue, count: count))
    }

    @Test(arguments: ["word ", ".", "✓"])
    func longLinesArriveAsTheyAre(word: String) async throws {
        try await arrivesByteForByte(String(repeating: word, count: 50_000))
    }

    @Test func manyAtOnceAllArrive() async throws {
        try await MailServer.run { server in
            let mailer = try server.mailer()
            let ids = Set((1...20).map { "job-\($0)" })
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in ids { group.addTask { try await mailer.send(.fixture(id: id)) } }
                try await group.waitForAll()
            }
            var arrived: Set<String> = []
            for _ in ids { arrived.insert(try await ParsedMail(server.accepted().content)["Message-ID"] ?? "") }
            #expect(arrived == Set(ids.map { "<\($0)@storytime.example>" }))
        }
    }

    @Test func checkSpeaksToTheServerAndSendsNothing() async throws {
        try await MailServer.run { server in
            let mailer = try server.mailer()
            try await mailer.check()
            try await mailer.send(.fixture(id: "the-first"))
            #expect(try await ParsedMail(server.accepted().content)["Message-ID"] == "<the-first@storytime.example>")
        }
    }

    private func arrivesByteForByte(_ text: String) async throws {
        try await MailServer.run { server in
            let message = try MailMessage.fixture(text: text)
            let mailer = try server.mailer()
            async let sent: Void = mailer.send(message)
            let content = try await server.accepted().content
            try await sent
            let isSame = try content == message.composed(from: .storytime)
            #expect(isSame)
        }
    }
}
