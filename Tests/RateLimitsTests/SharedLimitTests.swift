import Logging
import RateLimits
import Redis
import TestSupport
import Testing
import Web

/// Several nodes over one Redis, or over one that is away.
@Suite(.timeLimit(.minutes(2)))
struct SharedLimitTests {
    /// So long that no test sees its end.
    private let limit = RateLimit("test", 100, in: .seconds(36_000), "tests")

    @Test func `of the requests of four clients to two nodes exactly the quota is let in`() async throws {
        try await withNodes { nodes, _ in
            let admitted = Counter()
            await withTaskGroup { group in
                for client in 0..<4 {
                    group.addTask {
                        for number in 0..<100 {
                            let node = nodes[(client + number) % 2]
                            if await node.admit(charge()).refused.isEmpty { admitted.add() }
                        }
                    }
                }
            }
            #expect(admitted.count == 100)
            #expect(nodes.map(\.numbers.admitted).reduce(0, +) == 100)
            #expect(nodes.map { $0.numbers.refused["test"] ?? 0 }.reduce(0, +) == 300)
        }
    }

    @Test func `every request says what is left, whichever node it comes to`() async throws {
        try await withNodes { nodes, _ in
            for number in 1...100 {
                let standing = try #require(await nodes[number % 2].admit(charge()).standings.first)
                #expect(standing.remaining == 100 - number)
                #expect(.zero < standing.reset && standing.reset <= limit.window)
            }
        }
    }

    @Test func `who is refused by one limit is charged by none`() async throws {
        try await withNodes { nodes, _ in
            let narrow = RateLimiting.Charge(RateLimit("narrow", 1, in: .seconds(36_000), "tests"), to: "client")
            let both = charge() + [narrow]
            #expect(await nodes[0].admit(both).standings.map(\.remaining) == [99, 0])
            let refused = await nodes[1].admit(both)
            #expect(refused.refused.map(\.limit.name) == ["narrow"])
            #expect(refused.standings.map(\.remaining) == [99, 0])
        }
    }

    @Test func `room comes back when its time has come`() async throws {
        try await withNodes { nodes, _ in
            let brief = RateLimit("brief", 2, in: .milliseconds(50), "tests")
            for node in nodes {
                try await eventually { await node.admit([.init(brief, to: "client")]).refused.isEmpty }
            }
            try await eventually { await nodes[0].admit([.init(brief, to: "client")]).refused.isEmpty }
        }
    }

    @Test func `Redis is not asked about those who are known to be refused, until their quota is another`() async throws
    {
        try await withNodes { nodes, server in
            let (small, large) = (limited(to: 1), limited(to: 2))
            _ = await nodes[0].admit(small)
            #expect(await !nodes[0].admit(small).refused.isEmpty)
            try await server.kill()
            #expect(await !nodes[0].admit(small).refused.isEmpty)
            #expect(nodes[0].numbers.unshared == 0)
            try await server.start()
            try await eventually { await nodes[0].admit(large).standings.first?.remaining == 0 }
        }
    }

    @Test func `without Redis each node counts for itself, and together again when it is back`() async throws {
        try await withNodes { nodes, server in
            try await server.kill()
            for node in nodes {
                var admitted = 0
                for _ in 0..<150 where await node.admit(charge()).refused.isEmpty { admitted += 1 }
                #expect(admitted == 100)
                #expect(node.numbers.unshared == 150)
            }
            try await server.start()
            for node in nodes { try await eventually { await node.admit(charge()).refused.isEmpty } }
            let first = try #require(await nodes[0].admit(charge()).standings.first?.remaining)
            let second = try #require(await nodes[1].admit(charge()).standings.first?.remaining)
            #expect(second == first - 1)
        }
    }

    private func charge() -> [RateLimiting.Charge] { [RateLimiting.Charge(limit, to: "client")] }

    private func limited(to quota: Int) -> [RateLimiting.Charge] {
        [RateLimiting.Charge(RateLimit("own", quota, in: limit.window, "tests"), to: "client")]
    }

    private func withNodes(_ body: ([RateLimiter], PrivateRedis) async throws -> Void) async throws {
        let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        try await withRedis { server, client in
            let other = try server.client()
            do {
                let nodes = [client, other].map { RateLimiter(redis: $0, timeout: .seconds(30), logger: silent) }
                try await body(nodes, server)
                await other.close()
            } catch {
                await other.close()
                throw error
            }
        }
    }
}
