import Foundation
import StrictJSON
import TestSupport
import Testing

/// Dashboards and alerts ask for what the program tells, in PromQL that Prometheus understands.
@Suite(.timeLimit(.minutes(2))) struct DashboardTests {
    private func expressions() throws -> [String] {
        try Tool.files(in: "Deploy/grafana", ".json").flatMap { file in
            let dashboard = try JSON(parsing: Array(try Tool.text(file).utf8))
            #expect(dashboard["uid"]?.string?.hasPrefix("storytime-") == true)
            let panels = dashboard["panels"]?.array ?? []
            #expect(panels.count >= 6 && panels.allSatisfy { $0["title"]?.string?.isEmpty == false })
            return panels.flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
        }
    }

    @Test func `there is a dashboard for each part`() throws {
        let names = try Tool.files(in: "Deploy/grafana", ".json").map { URL(filePath: $0).lastPathComponent }
        #expect(names == ["api.json", "cache.json", "database.json", "outbox.json", "queues.json"])
    }

    @Test func `every panel's query is PromQL`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "panels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let all = try expressions()
        #expect(all.count > 30)
        let rules = all.enumerated().map { index, text in
            let expression = text.replacing("$__rate_interval", with: "5m").replacing("'", with: "''")
            return "  - record: panel:query:number_\(index)\n    expr: '\(expression)'\n"
        }
        let file = "groups:\n- name: panels\n  rules:\n" + rules.joined()
        try Data(file.utf8).write(to: folder.appending(path: "panels.yml"))
        #expect(try await Tool.promtool("check", "rules", "panels.yml", folder: folder.path).contains("SUCCESS"))
    }

    @Test func `every query asks for a metric that the program has`() throws {
        let alerts = try Tool.text("Deploy/prometheus/alerts.yml").matches(of: /expr: (.*)/).map { String($0.1) }
        let known = Set(Metrics.names)
        for expression in try expressions() + alerts {
            let asked = Metrics.asked(in: expression)
            #expect(!asked.isEmpty, "\(expression) asks for nothing")
            for name in asked { #expect(known.contains(name), "\(expression) asks for \(name), which nobody tells") }
        }
    }
}
