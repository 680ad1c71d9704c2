import Machine
import Testing

@testable import Diagnosis

/// The decisions alone, on answers that no server here gives.
@Suite struct JudgementTests {
    private func severities(_ name: String, _ rows: [[String]]) throws -> [Finding.Severity] {
        let all = PostgresCheck.server + PostgresCheck.database
        let check = try #require(all.first { $0.name == "postgres.\(name)" })
        return check.judge(check.name, rows).map(\.severity)
    }

    @Test func `versions`() throws {
        #expect(try severities("version", [["120004", "12.4"]]) == [.error])
        #expect(try severities("version", [["140001", "14.1"]]) == [.warning])
        #expect(try severities("version", [["170000", "17.0"]]) == [.ok])
    }

    @Test func `settings that endanger data`() throws {
        let rows = [
            ["fsync", "off"], ["autovacuum", "off"], ["synchronous_commit", "off"], ["deadlock_timeout", "1000"],
        ]
        #expect(try severities("settings", rows) == [.error, .error, .warning, .warning])
        let fine = [
            ["fsync", "on"], ["autovacuum", "on"], ["synchronous_commit", "on"], ["deadlock_timeout", "250"],
        ]
        #expect(try severities("settings", fine) == [.ok])
    }

    @Test func `transaction identifiers that run out`() throws {
        #expect(try severities("wraparound", [["storytime", "1500000000"]]) == [.error])
        #expect(try severities("wraparound", [["storytime", "600000000"]]) == [.warning])
        #expect(try severities("wraparound", [["storytime", "9000"]]) == [.ok])
    }

    @Test func `transactions that do not end`() throws {
        let check = try #require(PostgresCheck.database.first { $0.name == "postgres.transactions" })
        let findings = check.judge(check.name, [["812", "psql", "4000"], ["order-7", "prepared", "90"]])
        #expect(findings[0].fix?.contains("pg_terminate_backend(812)") == true)
        #expect(findings[1].fix?.contains("ROLLBACK PREPARED 'order-7'") == true)
    }

    @Test func `a clock that was read in between is known to be right only within that time`() {
        func severity(_ server: Double) -> Finding.Severity {
            PostgresDiagnosis.clock("clock", server: server, between: 1_000, and: 1_000.2).severity
        }
        #expect([1_000.1, 999.5, 1_000.9].map(severity) == [.ok, .ok, .ok])
        #expect([998, 1_005].map(severity) == [.warning, .warning])
        #expect([900, 1_031].map(severity) == [.error, .error])
    }

    @Test func `what most likely helps`() {
        #expect(PostgresDiagnosis.fix(for: "FATAL: password authentication failed for user").contains("password"))
        #expect(PostgresDiagnosis.fix(for: "FATAL: database \"x\" does not exist").contains("create"))
        #expect(PostgresDiagnosis.fix(for: "no pg_hba.conf entry for host").contains("admit"))
    }

    @Test func `a machine that is too small`() {
        #expect(MachineDiagnosis.files(1_024).severity == .warning)
        #expect(MachineDiagnosis.files(65_536).severity == .ok)
        #expect(MachineDiagnosis.memory(64 << 20).severity == .warning)
        #expect(MachineDiagnosis.memory(nil).severity == .ok)
        #expect(MachineDiagnosis.disk("/no/such", DiskSpace(at: "/no/such"), percent: 10).severity == .error)
        #expect(MachineDiagnosis.disk("/", DiskSpace(at: "/"), percent: 101).severity != .ok)
    }
}
