import Foundation
import StrictJSON
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct PrometheusTests {
    @Test func `Prometheus can read its configuration and the rules`() async throws {
        #expect(try await Tool.promtool("check", "config", "prometheus.yml").contains("SUCCESS"))
        #expect(try await Tool.promtool("check", "rules", "alerts.yml").contains("SUCCESS"))
    }

    @Test func `every alert fires where it should, and only there`() async throws {
        #expect(try await Tool.promtool("test", "rules", "alerts_test.yml").contains("SUCCESS"))
        let tests = try Tool.text("Deploy/prometheus/alerts_test.yml")
        for alert in try Tool.text("Deploy/prometheus/alerts.yml").matches(of: /alert: (\w+)/).map(\.1) {
            #expect(tests.contains("\(alert) fires"), "\(alert) is not tested")
        }
    }

    @Test func `the tests of the rules notice a wrong threshold`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rules = try Tool.text("Deploy/prometheus/alerts.yml").replacing("> 1000\n", with: "> 1100\n")
        try Data(rules.utf8).write(to: folder.appending(path: "alerts.yml"))
        let tests = try Tool.text("Deploy/prometheus/alerts_test.yml")
        try Data(tests.utf8).write(to: folder.appending(path: "alerts_test.yml"))
        await #expect(throws: (any Error).self) {
            try await Tool.promtool("test", "rules", "alerts_test.yml", folder: folder.path)
        }
    }

    @Test func `a critical alert has a warning before it, or is about something that is either there or not`() throws {
        let rules = try Tool.text("Deploy/prometheus/alerts.yml")
        let severities = rules.matches(of: /severity: (\w+)/).map(\.1)
        #expect(Set(severities) == ["warning", "critical"])
    }
}
