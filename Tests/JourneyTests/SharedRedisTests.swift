import Foundation
import JourneySupport
import Postgres
import StrictJSON
import TestSupport
import Testing

/// Two servers that share a cache and limits in one Redis.
@Suite struct SharedRedisTests {
    @Test(.timeLimit(.minutes(5)))
    func `two servers let in exactly as many requests as one`() async throws {
        try await withServers(["STORYTIME_RATE_LIMIT_FACTOR": "1"]) { _, servers, _ in
            let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                for client in 0..<4 {
                    group.addTask {
                        var statuses: [Int] = []
                        for number in 0..<50 {
                            let server = servers[(client + number) % 2]
                            statuses.append(try await server.client("GET", "/v1/themes").status)
                        }
                        return statuses
                    }
                }
                return try await group.reduce(into: [Int]()) { $0 += $1 }
            }
            #expect(statuses.count { $0 == 200 } == 100)
            #expect(statuses.count { $0 == 429 } == 100)

            let refused = try await servers[0].client("GET", "/v1/plans")
            #expect(refused.problem == "429 RATE_LIMITED")
            #expect(try #require(refused.headers["retry-after"]?.first.flatMap { Int($0) }) <= 60)
            #expect(refused.headers["ratelimit-policy"] == [#""default";q=100;w=60"#])
            #expect(try await servers[1].client("GET", "/health").status == 200)
            let guess = Client(port: servers[1].port, token: "guess")
            #expect(try await guess("GET", "/v1/kids").problem == "429 RATE_LIMITED")
            #expect(try await servers[0].client("GET", "/nowhere").problem == "429 RATE_LIMITED")
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func `two servers share a cache, and what one changes the other sees`() async throws {
        try await withServers([:]) { storytime, servers, redis in
            let parent = try await Parent.join(servers[0].client, storytime)
            let other = parent.at(servers[1])
            #expect(try await other.get("/v1/kids")["data"] == [])
            let added = try await parent.client("POST", "/v1/kids", ["name": "Mila", "ageBand": "6-8"])
            let kid = try added.expect(201).text("id")
            // At once for who says what was written or names the kid, soon for everybody.
            let known = try await other("GET", "/v1/kids", waitingFor: added.position).expect(200)
            #expect(known["data"]?.array?.count == 1)
            #expect(try await other.get("/v1/kids/\(kid)").text("name") == "Mila")
            try await eventually("the other server has heard of it") {
                try await other.get("/v1/kids")["data"]?.array?.count == 1
            }
            try await operate(storytime, ["STORYTIME_REDIS_URL": redis.url])
            try await rename(storytime, servers, ["STORYTIME_REDIS_URL": redis.url])

            try await redis.kill()
            #expect(try await servers[0].client("GET", "/health/ready").status == 200)
            for server in servers { _ = try await parent.at(server).get("/v1/kids") }
            try await parent.at(servers[1])("DELETE", "/v1/kids/\(kid)").expect(204)
            try await eventually("the first server has heard of it") {
                try await parent.client.get("/v1/kids")["data"] == []
            }
        }
    }

    /// What an operator asks and does.
    private func operate(_ storytime: Storytime, _ environment: [String: String]) async throws {
        try await eventually("both servers tell their numbers") {
            let stats = try await storytime.run(["cache", "stats", "--json"], environment: environment).succeeded().json
            return stats["nodes"]?.array?.count == 2 && stats["total"]?["families:kid"]?["loads"]?.integer ?? 0 > 1
        }
        // It was there before anybody asked.
        let key = "stories:categories:all:-"
        let entry = try await storytime.run(["cache", "get", key, "--json"], environment: environment).succeeded().json
        #expect(entry["value"]?.string?.contains("\"data\"") == true)
        let told = try await storytime.run(["cache", "invalidate", key, "--json"], environment: environment)
        #expect(try told.succeeded().json["nodesTold"] == 2)
        #expect(try await storytime.run(["cache", "get", key], environment: environment).end != .code(0))
        let wrong = try await storytime.run(["cache", "invalidate", "kid:7"], environment: environment)
        #expect(wrong.errors.contains("service:entity:id:variant"))
        let alone = try await storytime.run("cache", "stats")
        #expect(alone.errors.contains("STORYTIME_REDIS_URL"))
    }

    /// What everybody gets is kept as it was sent, until an operator voids what it is made of.
    private func rename(_ storytime: Storytime, _ servers: [Server], _ environment: [String: String]) async throws {
        func names() async throws -> Set<String?> {
            var names: Set<String?> = []
            for server in servers {
                names.insert(try await server.client.get("/v1/themes")["data"]?.array?.first?["name"]?.string)
            }
            return names
        }
        #expect(try await names() != ["Renamed"])
        try await storytime.database.transaction { tx in
            try await tx.execute("UPDATE stories.theme SET name = 'Renamed'")
        }
        try await storytime.run(["cache", "invalidate", "stories:themes:all:-"], environment: environment).succeeded()
        try await eventually("both servers have made their replies anew") { try await names() == ["Renamed"] }
    }

    private func withServers(
        _ environment: [String: String],
        _ body: (Storytime, [Server], PrivateRedis) async throws -> Void
    ) async throws {
        let redis = try await PrivateRedis()
        defer { redis.remove() }
        let environment = environment.merging(["STORYTIME_REDIS_URL": redis.url]) { $1 }
        try await withStorytime { storytime in
            async let starting = storytime.serve(environment: environment)
            let servers = [try await storytime.serve(environment: environment), try await starting]
            try await body(storytime, servers, redis)
        }
    }
}
