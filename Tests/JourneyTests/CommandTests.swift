import JourneySupport
import StrictJSON
import Testing

@Suite struct CommandTests {
    @Test(.timeLimit(.minutes(5)))
    func `nodes that migrate at once migrate once`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            async let one = storytime.run("migrate", "up")
            async let other = storytime.run("migrate", "up")
            let printed = try await [one.succeeded().output, other.succeeded().output]
            let applied = printed.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("applied") }
            #expect(Set(applied).count == applied.count)

            let status = try await storytime.run("migrate", "status", "--json").succeeded().json
            #expect(status["applied"]?.array?.count == applied.count)
            #expect(!applied.isEmpty)
            #expect(status["pending"] == [])
            #expect(status["conflicts"] == [])
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a database that is not migrated is named as the reason not to start`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let status = try await storytime.run("migrate", "status", "--json")
            #expect(status.end == .code(1))
            #expect(try status.json["applied"] == [])
            #expect(try status.json["pending"]?.array?.isEmpty == false)
            let server = try await storytime.run("serve")
            #expect(server.end == .code(1))
            #expect(server.errors.contains("storytime migrate up"))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a wrong configuration is refused with every mistake at once`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let mistakes = [
                "STORYTIME_DATABASE_URL": "", "STORYTIME_PORT": "eighty", "STORYTIME_OUTBOX_BATCH": "0",
                "STORYTIME_LOG_LEVEL": "loud", "STORYTIME_MAIL_FROM": "nobody", "STORYTIME_SMTP_URL": "ftp://mail",
            ]
            let server = try await storytime.run("serve", environment: mistakes)
            #expect(server.end != .code(0))
            for name in mistakes.keys { #expect(server.errors.contains(name), "\(name) is not mentioned") }
        }
    }
}
