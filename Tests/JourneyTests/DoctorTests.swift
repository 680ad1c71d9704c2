import JourneySupport
import StrictJSON
import Testing

@Suite(.timeLimit(.minutes(5))) struct DoctorTests {
    @Test func `it finds nothing wrong with a migrated database, and says what is not meant for production`()
        async throws
    {
        try await withStorytime { storytime in
            let doctor = try await storytime.run("doctor", "--json")
            let report = try doctor.json
            #expect(severity("migrations", report) == ["ok"])
            #expect(severity("mail", report) == ["warning"])
            #expect(severity("settings.url", report) == ["warning"])
            #expect(severity("broker", report) == ["ok"])
            #expect(report["errors"] == .integer(errors(report).count))
            #expect(errors(report).allSatisfy { $0.hasPrefix("postgres.settings") }, "\(errors(report))")
            let strict = try await storytime.run("doctor", "--strict")
            #expect(strict.end == .code(1) && strict.output.contains("→ set STORYTIME_SMTP_URL"))
        }
    }

    @Test func `it goes on when Postgres, mail and settings are wrong`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let pending = try await storytime.run("doctor", "--json")
            #expect(pending.end == .code(1))
            #expect(severity("migrations", try pending.json) == ["error"])

            let away = [
                "STORYTIME_DATABASE_URL": "postgresql://me:opensesame@127.0.0.1:1/none",
                "STORYTIME_SMTP_URL": "smtp://me:opensesame@127.0.0.1:1?starttls=none",
                "STORYTIME_REDIS_URL": "redis://me:opensesame@127.0.0.1:1",
            ]
            let doctor = try await storytime.run(["doctor", "--json"], environment: away)
            #expect(doctor.end == .code(1))
            #expect(!doctor.output.contains("opensesame") && !doctor.errors.contains("opensesame"))
            let report = try doctor.json
            #expect(severity("postgres.reach", report) == ["error"])
            #expect(severity("mail", report) == ["error"])
            #expect(severity("redis.reach", report) == ["error"])
            #expect(severity("migrations", report) == ["skipped"])
            for finding in report["findings"]?.array ?? [] where finding["severity"] == "error" {
                #expect(finding["fix"]?.string?.isEmpty == false)
            }

            let wrong = ["STORYTIME_PORT": "eighty", "STORYTIME_DATABASE_URL": "mysql://", "STORYTIME_MIAL_FROM": "me"]
            let settings = try await storytime.run(["doctor", "--json"], environment: wrong)
            #expect(severity("settings", try settings.json) == ["error", "error", "warning"])
            #expect(severity("machine.disk", try settings.json).count == 1)
        }
    }

    private func severity(_ check: String, _ report: JSON) -> [String] {
        (report["findings"]?.array ?? []).filter { $0["check"] == .string(check) }.compactMap { $0["severity"]?.string }
    }

    private func errors(_ report: JSON) -> [String] {
        (report["findings"]?.array ?? []).filter { $0["severity"] == "error" }.compactMap { $0["check"]?.string }
    }
}
