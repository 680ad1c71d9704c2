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
}
