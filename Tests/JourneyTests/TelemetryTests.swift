import JourneySupport
import StrictJSON
import TestSupport
import Testing

/// What operators see of a family's evening.
@Suite struct TelemetryTests {
    /// Signs up, reads a story, buys a plan, signs out; and fails at a few things.
    private func evening(_ server: Server, _ storytime: Storytime) async throws -> Parent {
        let parent = try await Parent.join(server.client, storytime)
        try await parent.live(in: "Europe/Berlin")
        let kid = try await parent.addKid("Ottokarina")
        let story = try #require(try await parent.client.stories().first)
        try await parent.client.finish(story, with: kid)
        try await parent.client.badge("first-story", of: kid)
        try await parent.buy("starter", storytime)
        try await storytime.settle()
        let wrong: JSON = ["email": .string(parent.email), "password": "not seven hedgehogs"]
        _ = try await server.client("POST", "/v1/auth/login", wrong)
        _ = try await server.client("GET", "/v1/kids?email=\(parent.email)", headers: ["Authorization": "Bearer x.y.z"])
        return parent
    }

    @Test(.timeLimit(.minutes(5)))
    func `an evening is counted for the admin port, and nothing secret or personal of it is logged`() async throws {
        try await withStorytime { storytime in
            let key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0="
            let server = try await storytime.serve(environment: [
                "STORYTIME_LOG_LEVEL": "trace", "STORYTIME_AUTH_SECRET": key, "STORYTIME_ADMIN_PORT": "0",
                "STORYTIME_DATABASE_REPLICA_URL": "postgresql://nobody:replica-password@127.0.0.1:1/none",
            ])
            let parent = try await evening(server, storytime)
            try await checkMetrics(server)
            #expect(await server.stop() == .code(0))
            let relay = ["STORYTIME_RELAY_URL": "amqp://nobody:broker-password@127.0.0.1:1/none"]
            let second = try await storytime.serve(
                environment: relay.merging(["STORYTIME_LOG_LEVEL": "trace", "STORYTIME_ADMIN_PORT": "0"]) { $1 }
            )
            try await eventually("the relay complains") { second.complaints.contains("a relay stands still") }
            try await checkRelay(second)
            #expect(await second.stop() == .code(0))
            checkLog(server.log + second.log, of: parent, hiding: [key, "replica-password", "broker-password"])
        }
    }

    /// What dashboards ask about a relay is told, though its broker is away.
    private func checkRelay(_ server: Server) async throws {
        let answer = try await Client(port: try await server.adminPort)("GET", "/metrics")
        let page = MetricsPage(String(decoding: answer.body, as: UTF8.self))
        let samples = try await page.samples()
        #expect(samples.contains { $0.key.hasPrefix("outbox_relay_stalled{") && $0.value == 1 })
        for name in ["rabbitmq_connections_opened_total{", "messaging_client_operation_duration_seconds_count{"] {
            #expect(samples.contains { $0.key.hasPrefix(name) && $0.value == 0 }, "\(name)")
        }
        if MetricsPage.hasPromtool { #expect(try await page.promtoolFindings() == "") }
    }

    private func checkLog(_ log: String, of parent: Parent, hiding secrets: [String]) {
        let texts = log.split(separator: "\n")
        let lines = texts.compactMap { try? JSON(parsing: Array($0.utf8)) }
        #expect(texts.count == lines.count, "every line is JSON")
        #expect(lines.contains { $0["level"] == "trace" || $0["level"] == "debug" })
        let requests = lines.filter { $0["msg"] == "Request" }
        #expect(requests.count > 10)
        #expect(requests.allSatisfy { $0["request_id"]?.string != nil })
        let token = parent.client.token ?? ""
        let personal = [
            parent.email, Parent.password, "not seven hedgehogs", "Ottokarina", "Kim", token, parent.refreshToken,
            String(token.split(separator: ".").last ?? ""), "x.y.z",
        ]
        for secret in personal + secrets {
            let line = texts.first { $0.contains(secret) }
            #expect(line == nil, "\(secret) was logged")
        }
    }

    private func checkMetrics(_ server: Server) async throws {
        #expect(try await server.client("GET", "/metrics").status == 404)
        let answer = try await Client(port: try await server.adminPort)("GET", "/metrics")
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        let page = MetricsPage(String(decoding: answer.body, as: UTF8.self))
        check(try await page.samples())
        if MetricsPage.hasPromtool { #expect(try await page.promtoolFindings() == "") }
    }

    @Test(.timeLimit(.minutes(5)))
    func `one trace leads from the request through the event and its listener to the job`() async throws {
        try await withStorytime { storytime in
            let collector = try Peer([Peer.python, Peer.checkout("Tests/Support/Peers/collector.py")])
            defer { collector.end() }
            let endpoint = "http://127.0.0.1:\(try await collector.nextLine())"
            let server = try await storytime.serve(environment: [
                "STORYTIME_OTLP_ENDPOINT": endpoint, "STORYTIME_TRACE_SHARE": "0",
            ])
            try await confirmAddress(server, storytime)
            try await storytime.settle()
            #expect(await server.stop() == .code(0))
            let spans = try await Spans(from: collector)

            #expect(spans.all.allSatisfy { $0["error"] == nil }, "\(spans.all)")
            #expect(spans.all.allSatisfy { $0["trace"] == .string(Self.trace) && $0["service"] == "storytime" })
            let job = try #require(
                spans.having("messaging.system", "storytime.jobs").first { spans.path(to: $0).count > 2 }
            )
            let path = spans.path(to: job).dropLast()
            #expect(path.first?["parent"] == "00f067aa0ba902b7")
            #expect(
                path.map { $0["name"]?.string } == [
                    "POST /v1/auth/verify-email", "create auth.email-verified", "process auth.email-verified",
                ]
            )
            // What the client noted about the trace ends where the outbox begins.
            #expect(path.map { $0["state"] } == ["rojo=1", "rojo=1", ""])
            // Server, producer, consumer.
            #expect(path.map { $0["kind"] } == [2, 4, 5])
            let listener = try #require(path.last?["attributes"])
            #expect(listener["messaging.consumer.group.name"] == "notifications.welcome-user")
            let statements = spans.having("db.system.name", "postgresql")
            #expect(statements.contains { $0["attributes"]?["db.query.text"]?.string?.contains("$1") == true })
            let text = spans.all.map(\.description).joined()
            for secret in ["traced@example.com", "friend", "Kim", Parent.password] { #expect(!text.contains(secret)) }
        }
    }

    private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

    /// Registers and confirms the address; the confirmation is part of a trace.
    private func confirmAddress(_ server: Server, _ storytime: Storytime) async throws {
        let email = "traced@example.com"
        let account: JSON = ["email": .string(email), "password": .string(Parent.password), "name": "Kim"]
        try await server.client("POST", "/v1/auth/register", account).expect(202)
        let code = try await storytime.mailbox.confirmationCode(for: email)
        let headers = ["traceparent": "00-\(Self.trace)-00f067aa0ba902b7-01", "tracestate": "rojo=1"]
        try await server.client("POST", "/v1/auth/verify-email", ["token": .string(code)], headers: headers).expect(204)
        _ = try await server.client("GET", "/v1/kids?from=friend", headers: headers)
    }

    private func check(_ samples: [String: Double]) {
        func sum(_ name: String, _ parts: String...) -> Double {
            samples.filter { sample in
                sample.key.hasPrefix("\(name){") && parts.allSatisfy { sample.key.contains($0) }
            }.values.reduce(0, +)
        }
        #expect(sum("http_server_request_duration_seconds_count", "http_route=/v1/kids}", "POST", "=201") == 1)
        #expect(sum("outbox_listener_lag_events") == 0)
        #expect(samples.keys.contains("outbox_listener_lag_events{listener=achievements.progress}"))
        #expect(sum("outbox_dead_events") == 0)
        #expect(sum("outbox_head_position") > 3)
        #expect(samples["outbox_pending_events{}"] == 0)
        #expect(samples["outbox_oldest_event_age_seconds{}"] == 0)
        #expect(sum("db_client_connection_max") == 20)
        #expect(sum("storytime_jobs", "state=done") > 0)
        #expect(sum("cache_misses_total") > 0)
        #expect(sum("storytime_disk_free_bytes") > 0)
        #expect(sum("db_client_operation_duration_seconds_count", "db_query_summary=") > 20)
        #expect(sum("db_client_connection_wait_time_seconds_count") > 20)
        #expect(sum("db_client_connection_use_time_seconds_count") > 20)
        #expect(sum("outbox_deliveries_total", "listener=achievements.progress", "outcome=handled") >= 3)
        #expect(sum("messaging_client_sent_messages_total", "=stories.story-completed") == 1)
        #expect(sum("messaging_process_duration_seconds_count") > 3)
        #expect(sum("storytime_job_duration_seconds_count", "outcome=done") > 1)
        #expect(samples.keys.contains("rate_limit_admitted_total{}"))
        #expect(sum("process_resident_memory_bytes") > 1_000_000)
        #expect(sum("storytime_build_info") == 1)
        #expect(samples.filter { $0.key.hasPrefix("storytime_collector_up") }.values.allSatisfy { $0 == 1 })
    }
}
