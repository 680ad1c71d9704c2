import Foundation
import JourneySupport
import Postgres
import StrictJSON
import Testing

@Suite struct ShutdownTests {
    @Test(.timeLimit(.minutes(5)))
    func `a server that is asked to stop answers what it has begun`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mila")
            try await parent.buy("starter", storytime)
            let stories = try await parent.client.stories().prefix(12)
            for story in stories { try await parent.client("PUT", path(kid, story) + "progress", step).expect(200) }

            let readers = (0..<8).map { _ in Task { await read(parent.client) } }
            // Holds every completion up in the middle, until the server has begun to stop.
            let completions = try await storytime.database.transaction { tx in
                try await tx.query("SELECT story FROM stories.reading WHERE kid::text = \(kid) FOR UPDATE")
                let completions = stories.map { story in
                    Task { try await parent.client("POST", path(kid, story) + "completion", [:]).status }
                }
                try await waitForHeldUp(stories.count, storytime)
                server.process.signal(SIGTERM)
                try await eventually("the server begins to stop") { server.log.contains("Draining") }
                return completions
            }
            for completion in completions { #expect(try await completion.value == 200) }
            for reader in readers {
                let statuses = await reader.value
                #expect(!statuses.isEmpty && statuses.allSatisfy { $0 == 200 || $0 == 503 })
            }
            let answered = ContinuousClock.now
            #expect(await server.process.end() == .code(0))
            #expect(ContinuousClock.now - answered < .seconds(5))
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `a second signal ends it at once`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve(environment: [
                "STORYTIME_SHUTDOWN_DELAY": "600", "STORYTIME_SHUTDOWN_LIMIT": "700",
            ])
            server.process.signal(SIGTERM)
            try await eventually("it is no longer ready") {
                try await server.client("GET", "/health/ready").status == 503
            }
            #expect(try await server.client("GET", "/health/live").status == 200)
            server.process.signal(SIGINT)
            #expect(await server.process.end() == .code(128 + SIGINT))
        }
    }

    private let step: JSON = ["percent": 10, "seconds": 1]

    private func path(_ kid: String, _ story: Story) -> String { "/v1/kids/\(kid)/stories/\(story.id)/" }

    /// Reads until the server is gone.
    private func read(_ client: Client) async -> [Int] {
        var statuses: [Int] = []
        while let answer = try? await client("GET", "/v1/stories?limit=5") { statuses.append(answer.status) }
        return statuses
    }

    private func waitForHeldUp(_ count: Int, _ storytime: Storytime) async throws {
        try await eventually("the completions wait for a lock") {
            let rows = try await storytime.database.read(
                """
                SELECT count(*) AS count FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'storytime-serve%'
                  AND wait_event_type = 'Lock'
                """
            )
            return try rows[0]["count"] == count
        }
    }
}
