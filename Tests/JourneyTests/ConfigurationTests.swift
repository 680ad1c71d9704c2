import Foundation
import JourneySupport
import StrictJSON
import Testing

@Suite(.timeLimit(.minutes(5))) struct ConfigurationTests {
    @Test func `a check names every mistake at once, and the setting that was meant`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let mistakes = ["STORYTIME_PORT": "eighty", "STORYTIME_OUTBOX_BATCH": "0", "STORYTIME_OUTBOX_BACH": "5"]
            let check = try await storytime.run(["config", "check", "--json"], environment: mistakes)
            #expect(check.end == .code(1))
            let errors = try check.json["errors"]?.array?.compactMap(\.string) ?? []
            #expect(errors.count == 2)
            for name in ["STORYTIME_PORT", "STORYTIME_OUTBOX_BATCH"] {
                #expect(errors.contains { $0.contains(name) }, "\(name) is not mentioned")
            }
            let meant = "STORYTIME_OUTBOX_BACH is no setting; did you mean STORYTIME_OUTBOX_BATCH?"
            #expect(try check.json["warnings"] == [.string(meant)])

            let odd = ["STORYTIME_SOMETHING_ELSE_ENTIRELY": "1"]
            #expect(try await storytime.run(["config", "check"], environment: odd).end == .code(0))
            #expect(try await storytime.run(["config", "check", "--strict"], environment: odd).end == .code(1))
        }
    }

    @Test(arguments: ["nan", "inf", "-1", "1e9", "ten"])
    func `what is no time in seconds is a mistake, and no crash`(text: String) async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let mistake = ["STORYTIME_IDLE_TIMEOUT": text]
            let check = try await storytime.run(["config", "check", "--json"], environment: mistake)
            #expect(check.end == .code(1))
            #expect(try check.json["errors"]?[0]?.string?.contains("STORYTIME_IDLE_TIMEOUT") == true)
        }
    }

    @Test func `a secret may stand in a file and is never shown`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let secret = Data((0..<32).map { _ in UInt8.random(in: 0...255) }).base64EncodedString()
            let file = try temporaryFile(secret + "\n")
            defer { try? FileManager.default.removeItem(atPath: file) }
            let named = ["STORYTIME_AUTH_SECRET_FILE": file, "STORYTIME_SMTP_URL": "smtp://me:opensesame@mail.example"]
            let print = try await storytime.run(["config", "print", "--json"], environment: named).succeeded()
            let auth = try setting("STORYTIME_AUTH_SECRET", print)
            #expect(auth?["source"] == .string(file) && auth?["value"] == "(set, not shown)")
            #expect(!print.output.contains(secret) && !print.output.contains("opensesame"))

            let both = named.merging(["STORYTIME_AUTH_SECRET": secret]) { $1 }
            let refused = try await storytime.run(["config", "check"], environment: both)
            #expect(refused.end == .code(1) && refused.output.contains("both set") && !refused.output.contains(secret))
            let gone = ["STORYTIME_DATABASE_URL": "", "STORYTIME_DATABASE_URL_FILE": "/no/such/file"]
            let unreadable = try await storytime.run(["config", "check", "--json"], environment: gone)
            #expect(try unreadable.json["errors"]?.array?.count == 1)
        }
    }

    @Test func `settings come from a file, and a variable wins`() async throws {
        try await withStorytime(isMigrated: false) { storytime in
            let file = try temporaryFile(
                """
                # How many at once
                STORYTIME_OUTBOX_CONCURRENCY = "7"
                STORYTIME_JOB_CONCURRENCY=9
                """
            )
            defer { try? FileManager.default.removeItem(atPath: file) }
            let named = ["STORYTIME_CONFIG_FILE": file, "STORYTIME_JOB_CONCURRENCY": "3"]
            let print = try await storytime.run(["config", "--json"], environment: named).succeeded()
            let lanes = try setting("STORYTIME_OUTBOX_CONCURRENCY", print)
            #expect(lanes?["value"] == "7" && lanes?["source"] == .string(file))
            let jobs = try setting("STORYTIME_JOB_CONCURRENCY", print)
            #expect(jobs?["value"] == "3" && jobs?["source"] == "environment")

            try Data("PATH=/bin\nSTORYTIME_PORT\nSTORYTIME_JOB_CONCURRENCY=many\n".utf8).write(to: URL(filePath: file))
            let check = try await storytime.run(
                ["config", "check", "--json"],
                environment: ["STORYTIME_CONFIG_FILE": file]
            )
            #expect(try check.json["errors"]?.array?.count == 3)
        }
    }

    private func setting(_ name: String, _ result: CommandResult) throws -> JSON? {
        try result.json["settings"]?.array?.first { $0["name"] == .string(name) }
    }

    private func temporaryFile(_ text: String) throws -> String {
        let file = FileManager.default.temporaryDirectory.appending(path: "storytime-\(UUID().uuidString)")
        try Data(text.utf8).write(to: file)
        return file.path
    }
}
