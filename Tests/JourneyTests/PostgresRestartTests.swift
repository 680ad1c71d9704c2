import JourneySupport
import StrictJSON
import TestSupport
import Testing

@Suite struct PostgresRestartTests {
    @Test(.timeLimit(.minutes(5)))
    func `while Postgres is away clients are told to come back, and afterwards all goes on by itself`() async throws {
        let cluster = try await PrivateCluster()
        do {
            try await withStorytime(on: cluster) { storytime in try await outlive(cluster, storytime) }
            try await cluster.remove()
        } catch {
            try await cluster.remove()
            throw error
        }
    }

    private func outlive(_ cluster: PrivateCluster, _ storytime: Storytime) async throws {
        let begin = ContinuousClock.now
        let server = try await storytime.serve()
        let parent = try await Parent.join(server.client, storytime)
        let kid = try await parent.addKid("Mila")
        let stories = try await parent.client.stories()
        try await parent.client.finish(stories[0], with: kid)

        let writers = (0..<8).map { _ in Task { try await write(kid, stories[0], parent.client) } }
        try await cluster.stop()
        for writer in writers { #expect(try await writer.value == "503 SERVICE_UNAVAILABLE") }
        // The catalogue is in memory, for a minute; what is read for the first time is not.
        let first = try await parent.client("GET", "/v1/stories").status
        if begin.duration(to: .now) < .seconds(50) { #expect(first == 200) }
        for path in ["/v1/stories?age=9", "/v1/notifications", "/v1/kids/\(kid)/achievements"] {
            let answer = try await parent.client("GET", path)
            #expect(answer.problem == "503 SERVICE_UNAVAILABLE")
            #expect(answer["Retry-After"] != nil)
        }
        try await eventually("the server says that it is not ready") {
            try await server.client("GET", "/health/ready").status == 503
        }
        #expect(try await server.client("GET", "/health/live").status == 200)

        try await cluster.start()
        try await eventually("the server serves again", within: .seconds(5)) {
            try await parent.client("GET", "/v1/kids").status == 200
        }
        for story in stories[1..<5] { try await parent.client.finish(story, with: kid) }
        try await parent.client.badge("explorer", of: kid)
        try await storytime.settle()
        #expect(try await parent.client.get("/v1/kids/\(kid)/achievements")["storiesCompleted"] == 5)
        #expect(await server.stop() == .code(0))
    }

    /// Writes until that fails, and returns the problem.
    private func write(_ kid: String, _ story: Story, _ client: Client) async throws -> String {
        let step: JSON = ["percent": 100, "seconds": 1]
        while true {
            let answer = try await client("PUT", "/v1/kids/\(kid)/stories/\(story.id)/progress", step)
            if answer.status != 200 { return answer.problem }
        }
    }
}
