import StrictJSON
import Synchronization
import Testing

@testable import Web

@Suite(.serialized, .timeLimit(.minutes(1))) struct HealthTests {
    private struct Down: Error {}

    @Test func `everything works`() async throws {
        try await Harness(checks: [HealthCheck("postgres:connections", required: true) { .pass }]).run { client in
            for path in ["/health", "/health/ready", "/health/live"] {
                let answer = try await client("GET", path)
                #expect(answer.status == 200)
                #expect(answer["content-type"] == "application/health+json")
                #expect(answer.json["status"] == "pass")
            }
            #expect(try await client("GET", "/health").json["checks"] == ["postgres:connections": [["status": "pass"]]])
        }
    }

    @Test func `what is not required only degrades`() async throws {
        let checks = [
            HealthCheck("postgres", required: true) { .pass }, HealthCheck("redis", required: false) { throw Down() },
        ]
        try await Harness(checks: checks).run { client in
            let answer = try await client("GET", "/health/ready")
            #expect(answer.status == 200)
            #expect(answer.json["status"] == "warn")
            #expect(answer.json["checks"]?["redis"]?[0]?["status"] == "fail")
        }
    }

    @Test func `what is required and fails makes it not ready but alive`() async throws {
        try await Harness(checks: [HealthCheck("postgres", required: true) { .fail("No connection") }]).run { client in
            let ready = try await client("GET", "/health/ready")
            #expect(ready.status == 503)
            #expect(ready["content-type"] == "application/health+json")
            #expect(ready.json["checks"]?["postgres"]?[0]?["output"] == "No connection")
            #expect(try await client("GET", "/health/live").status == 200)
        }
    }

    @Test func `a check that hangs counts as failed after a second`() async throws {
        let gate = Gate()
        let check = HealthCheck("postgres", required: true) {
            await gate.wait()
            return .pass
        }
        try await Harness(checks: [check]).run { client in
            let answer = try await client("GET", "/health/ready")
            #expect(answer.status == 503)
            #expect(answer.json["checks"]?["postgres"]?[0]?["output"] == "No answer within a second")
            await gate.open()
        }
    }

    @Test func `many who ask share one run`() async throws {
        final class Counter: Sendable { let runs = Atomic(0) }
        let counter = Counter()
        let check = HealthCheck("postgres", required: true) {
            counter.runs.add(1, ordering: .relaxed)
            return .pass
        }
        try await Harness(checks: [check]).run { client in
            let start = ContinuousClock.now
            try await withThrowingTaskGroup { tasks in
                for _ in 0..<20 { tasks.addTask { try await client("GET", "/health/ready").status } }
                for try await status in tasks { #expect(status == 200) }
            }
            let seconds = Int(start.duration(to: .now) / .seconds(1)) + 1
            #expect(counter.runs.load(ordering: .relaxed) <= seconds)
        }
    }

    @Test func `each part has a page, on which its own failure counts`() async throws {
        let checks = [
            HealthCheck("postgres:connections", of: "db", required: true) { .pass },
            HealthCheck("postgres:replica", of: "db") { .warn("Far behind") },
            HealthCheck("smtp:login", probed: false) { .fail("It refuses us") },
            HealthCheck("push:login") { .notConfigured },
        ]
        try await Harness(checks: checks).run { client in
            let page = try await client("GET", "/health/db")
            #expect(page.status == 200 && page.json["status"] == "warn")
            #expect(page.json["checks"]?["smtp:login"] == nil)
            #expect(try await client("GET", "/health/smtp").status == 503)
            let push = try await client("GET", "/health/push")
            #expect(push.status == 200)
            #expect(push.json["checks"]?["push:login"]?[0]?["output"] == "Not configured")

            let ready = try await client("GET", "/health/ready")
            #expect(ready.status == 200 && ready.json["checks"]?["smtp:login"] == nil)
            let full = try await client("GET", "/health/full")
            #expect(full.status == 200 && full.json["status"] == "warn")
            #expect(full.json["checks"]?["smtp:login"]?[0]?["status"] == "fail")
            #expect(try await client("GET", "/health/redis").status == 404)
        }
    }

    @Test func `what was counted is for administrators`() async throws {
        let check = HealthCheck("postgres:connections", of: "db") { .pass.reporting(["used": 3, "waiting": 0]) }
        try await Harness(checks: [check]).run { client in
            for token in [nil, "parent", "old", "nonsense"] {
                let answer = try await client("GET", "/health/db", token: token)
                #expect(answer.status == 200)
                #expect(answer.json["checks"] == ["postgres:connections": [["status": "pass"]]])
            }
            let answer = try await client("GET", "/health/db", token: "administrator")
            let values = answer.json["checks"]?["postgres:connections"]?[0]?["values"]
            #expect(values == ["used": 3, "waiting": 0])
        }
    }

    @Test func `an answer is good for as long as its check says`() async throws {
        final class Counter: Sendable { let runs = Atomic(0) }
        let counter = Counter()
        let checks = [Duration.seconds(3600), .zero].enumerated().map { index, freshness in
            HealthCheck("check\(index)", freshFor: freshness) {
                if index == 0 {
                    counter.runs.add(1, ordering: .relaxed)
                } else {
                    counter.runs.add(100, ordering: .relaxed)
                }
                return .pass
            }
        }
        try await Harness(checks: checks).run { client in
            for _ in 0..<5 {
                let answer = try await client("GET", "/health")
                #expect(answer.status == 200)
            }
        }
        #expect(counter.runs.load(ordering: .relaxed) == 501)
    }
}
