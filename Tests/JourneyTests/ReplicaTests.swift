import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// The program with a streaming standby.
@Suite struct ReplicaTests {
    @Test(.timeLimit(.minutes(5)))
    func `a replica answers while it is fit, and the primary does when it is not`() async throws {
        let primary = try await PrivateCluster()
        do {
            try await withStorytime(on: primary) { storytime in
                let standby = try await PrivateCluster(following: primary)
                do {
                    try await compare(storytime, standby)
                    try await standby.remove()
                } catch {
                    try await standby.remove()
                    throw error
                }
            }
            try await primary.remove()
        } catch {
            try await primary.remove()
            throw error
        }
    }

    private func compare(_ storytime: Storytime, _ standby: PrivateCluster) async throws {
        let server = try await storytime.serve(environment: [
            "STORYTIME_DATABASE_REPLICA_URL": standby.url, "STORYTIME_DATABASE_REPLICA_STALENESS": "3",
            "STORYTIME_FRESHNESS_LIMIT": "20",
        ])
        try await health("pass", of: server)
        let before = try await server.client.stories()
        #expect(!before.isEmpty)

        // What the replica cannot know yet comes from the primary: for whoever waits at once, for others in time.
        try await Session.with(try standby.configuration) { replica in
            try await replica.run("SELECT pg_wal_replay_pause()")
            let parent = try await Parent.join(server.client, storytime)
            let kid = try await parent.addKid("Mila")
            let finished = try await parent.client.position(ofFinishing: before[0], with: kid)
            let administrator = try await administrator(parent, storytime)
            let path = "/v1/admin/analytics/events?\(try await storytime.aroundNow)"
            let counts = try await administrator("GET", path, waitingFor: finished)
            try counts.expect(200)
            #expect(counts.freshness == "fresh")
            #expect((counts.json["data"]?.array ?? []).contains { $0["name"] == "stories.story-completed" })

            try await health("warn", of: server)
            #expect(try await server.client.stories() == before)
            try await replica.run("SELECT pg_wal_replay_resume()")
        }
        try await health("pass", of: server)

        try await standby.stop()
        #expect(try await server.client.stories() == before)
        try await health("warn", of: server)
        try await standby.start()
        try await health("pass", of: server)
        #expect(try await server.client.stories() == before)
    }

    /// Ready it is in any case.
    private func health(_ level: String, of server: Server) async throws {
        try await eventually("the health of the replica is \(level)") {
            let health = try await server.client.get("/health/ready")
            #expect(health["checks"]?["postgres:responseTime"]?[0]?["status"] == "pass")
            return health["checks"]?["postgres:replica"]?[0]?["status"]?.string == level
        }
    }

    private func administrator(_ parent: Parent, _ storytime: Storytime) async throws -> Client {
        try await storytime.run("admin", "grant", parent.email).succeeded()
        return try await Parent.signIn(parent.client, email: parent.email).client
    }
}

extension Storytime {
    /// The query that asks for yesterday, today and tomorrow.
    fileprivate var aroundNow: String {
        get async throws {
            try await database.read(
                """
                SELECT 'from=' || today - 1 || '&to=' || today + 1 AS query
                FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS now
                """
            )[0]["query"]
        }
    }
}
