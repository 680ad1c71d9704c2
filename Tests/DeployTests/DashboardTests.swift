import Foundation
import JourneySupport
import StrictJSON
import TestSupport
import Testing

/// Dashboards and alerts ask for what the program tells, in PromQL that Prometheus understands.
@Suite(.timeLimit(.minutes(3))) struct DashboardTests {
    @Test func `there is a dashboard for each part, and every panel has a name and a query`() throws {
        let files = try Tool.files(in: "Deploy/grafana", ".json")
        let names = files.map { URL(filePath: $0).lastPathComponent }
        #expect(names == ["api.json", "cache.json", "database.json", "outbox.json", "queues.json"])
        for file in files {
            let panels = try JSON(parsing: Array(try Tool.text(file).utf8))["panels"]?.array ?? []
            #expect(panels.count >= 6)
            for panel in panels {
                #expect(panel["title"]?.string?.isEmpty == false && panel["targets"]?.array?.isEmpty == false)
            }
        }
    }

    @Test func `every panel's query is PromQL`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "panels-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let rules = try Queries.ofPanels().enumerated().map { index, text in
            let query = text.replacing("$__rate_interval", with: "5m").replacing("'", with: "''")
            return "  - record: panel:query:number_\(index)\n    expr: '\(query)'\n"
        }
        #expect(rules.count > 30)
        let file = "groups:\n- name: panels\n  rules:\n" + rules.joined()
        try Data(file.utf8).write(to: folder.appending(path: "panels.yml"))
        #expect(try await Tool.promtool("check", "rules", "panels.yml", folder: folder.path).contains("SUCCESS"))
    }

    @Test func `every query asks for what a running program tells`() async throws {
        let redis = try await PrivateRedis()
        defer { redis.remove() }
        let page = try await withStorytime { storytime in
            let settings = ["STORYTIME_ADMIN_PORT": "0", "STORYTIME_REDIS_URL": redis.url]
            let server = try await storytime.serve(environment: settings)
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mia")
            for story in try await parent.client.stories().prefix(1) {
                try await parent.client.finish(story, with: kid)
            }
            try await storytime.settle()
            return try await Client(port: try await server.adminPort)("GET", "/metrics").text
        }
        let told = Queries.metrics(on: page)
        for query in try Queries.ofPanels() + Queries.ofAlerts() {
            let asked = Queries.metrics(in: query)
            #expect(!asked.isEmpty, "\(query) asks for nothing")
            for name in asked where !told.contains(name) {
                #expect(Self.untold.contains { name.hasPrefix($0) }, "\(query) asks for \(name), which nobody tells")
            }
        }
    }

    /// Told by Prometheus itself, or where there is a replica, a broker, a service that is called, or somebody who had to
    /// wait.
    private static let untold = [
        "up", "db_client_replica_", "outbox_relay_", "rabbitmq_", "messaging_client_operation_", "http_client_",
        "db_client_connection_timeouts_total",
    ]
}
