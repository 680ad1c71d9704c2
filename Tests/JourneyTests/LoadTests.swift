import JourneySupport
import Postgres
import StrictJSON
import Testing

@Suite struct LoadTests {
    /// A client's place: its parent, a kid of that parent, and the stories that only this client finishes.
    private struct Place {
        let client: Client
        let kid: String
        let stories: [Story]
    }

    @Test(.timeLimit(.minutes(5)))
    func `two hundred clients at once are all served`() async throws {
        try await withStorytime { storytime in
            let server = try await storytime.serve()
            let places = try await places(server, storytime)
            #expect(places.count == 200)
            let statuses = try await withThrowingTaskGroup { group in
                for place in places { group.addTask { try await self.visit(place) } }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(statuses.count == 200 * 8)
            #expect(statuses.filter { $0 != 200 } == [], "\(server.complaints)")
            try await storytime.settle(within: .seconds(120))
            let rows = try await storytime.database.read(
                """
                SELECT (SELECT count(*) FROM achievements.completion) AS kept,
                       (SELECT sum(stories) FROM achievements.kid) AS sum
                """
            )
            #expect(try rows[0]["kept"] == 400)
            #expect(try rows[0]["sum"] == 400)
        }
    }

    /// Twenty families with a kid each; ten clients share a kid.
    private func places(_ server: Server, _ storytime: Storytime) async throws -> [Place] {
        var places: [Place] = []
        let stories = try await server.client.stories()
        for _ in 0..<20 {
            let parent = try await Parent.join(server.client, storytime)
            try await parent.buy("enterprise", storytime)
            let kid = try await parent.addKid("Mia")
            places += (0..<10).map { index in
                Place(client: parent.client, kid: kid, stories: Array(stories[index * 2..<index * 2 + 2]))
            }
        }
        return places
    }

    private func visit(_ place: Place) async throws -> [Int] {
        var statuses: [Int] = []
        for story in place.stories {
            let path = "/v1/kids/\(place.kid)/stories/\(story.id)"
            statuses.append(try await ask(place.client, "GET", "/v1/stories/\(story.id)"))
            statuses.append(try await ask(place.client, "PUT", "\(path)/progress", ["percent": 40, "seconds": 9]))
            statuses.append(try await ask(place.client, "POST", "\(path)/completion", [:]))
            statuses.append(try await ask(place.client, "GET", "/v1/kids/\(place.kid)/achievements"))
        }
        return statuses
    }

    /// A client that a busy server tells to come back does so, as Retry-After says, a few times.
    private func ask(_ client: Client, _ method: String, _ path: String, _ body: JSON? = nil) async throws -> Int {
        for _ in 1...5 {
            let answer = try await client(method, path, body)
            guard answer.status == 503, let wait = answer.headers["retry-after"]?.first.flatMap(Int.init) else {
                return answer.status
            }
            try await Task.sleep(for: .seconds(wait))
        }
        return 503
    }
}
