import JourneySupport
import StrictJSON
import Testing

@Suite struct HealthTests {
    @Test(.timeLimit(.minutes(5)))
    func `every part of a whole server is well, and administrators see the numbers`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            try await storytime.run("admin", "grant", parent.email).succeeded()
            for part in ["db", "redis", "smtp", "queues", "push", "storage", "external", "system"] {
                let page = try await server.client("GET", "/health/\(part)")
                #expect(page.status == 200)
                #expect(!page.text.contains("values"))
            }
            let full = try await parent.client.get("/health/full")
            let pool = full["checks"]?["postgres:connections"]?[0]?["values"]
            #expect((pool?["maximum"]?.integer ?? 0) == 20)
            #expect((full["checks"]?["system:memory"]?[0]?["values"]?["residentBytes"]?.integer ?? 0) > 1 << 20)
            #expect(full["checks"]?["jobs:waiting"]?[0]?["values"]?["failed"] == 0)
            #expect(full["checks"]?["outbox:events"]?[0]?["values"]?["dead"] == 0)
            #expect(full["checks"]?["redis:responseTime"]?[0]?["output"] == "Not configured")
            for check in ["smtp:login", "push:delivery", "storage:archive", "external:broker"] {
                #expect(full["checks"]?[check]?[0]?["output"] == "Not configured", "\(check)")
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `an archive that cannot be written to is a warning`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: ["STORYTIME_ARCHIVE_DIRECTORY": "/etc/passwd/archive"])
            let page = try await server.client("GET", "/health/storage")
            #expect(page.status == 200)
            #expect(page.json["checks"]?["storage:archive"]?[0]?["status"] == "warn")
            #expect(try await server.client("GET", "/health/ready").json["status"] == "pass")
        }
    }
}
