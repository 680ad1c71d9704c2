import Cache
import Logging
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct RedisAwayTests {
    private let plans = CacheGroup.plans.key()

    @Test func `an old value that survived its invalidation in a stalled Redis is never used`() async throws {
        try await CacheCluster.run(cache: { $0.voidTimeout = .milliseconds(50) }) { cluster in
            let (node, other) = (cluster.nodes[0], cluster.nodes[1])
            _ = try await node.value(for: plans) { ["old"] }
            try await eventually { try await node.peek(plans) != nil }
            try cluster.server.freeze()
            node.invalidate([plans])
            await node.settle()
            try cluster.server.thaw()
            #expect(try await node.value(for: plans) { ["new"] } == ["new"])
            // The first to notice has made it void for all.
            #expect(try await other.value(for: plans) { ["new"] } == ["new"])
        }
    }

    @Test func `whoever reads after an invalidation waits for no Redis that has not heard of it`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            _ = try await node.value(for: plans) { ["old"] }
            try await eventually { try await node.peek(plans) != nil }
            try cluster.server.freeze()
            node.invalidate([plans])
            #expect(try await node.value(for: plans) { ["new"] } == ["new"])
            try cluster.server.thaw()
            await node.settle()
            #expect(try await node.peek(plans) == nil)
        }
    }

    @Test func `without Redis reads work from memory and the source, and go back to it when it returns`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            try await cluster.server.kill()
            #expect(try await node.value(for: plans) { ["old"] } == ["old"])
            #expect(try await node.value(for: plans) { ["not loaded"] } == ["old"])
            node.invalidate([plans])
            #expect(try await node.value(for: plans) { ["new"] } == ["new"])
            #expect(node.numbers(of: .plans).sharedFailures > 0)

            try await cluster.server.start()
            try await eventually {
                node.forgetMemory()
                _ = try await node.value(for: plans) { ["new"] }
                return node.numbers(of: .plans).sharedHits > 0
            }
        }
    }

    @Test func `a Redis that was emptied is filled again`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            _ = try await node.value(for: plans) { ["old"] }
            try await eventually { try await node.peek(plans) != nil }
            try await cluster.server.ask("FLUSHALL")
            node.forgetMemory()
            #expect(try await node.value(for: plans) { ["new"] } == ["new"])
            try await eventually { try await node.peek(plans) != nil }
        }
    }

    @Test func `a load that was at work when Redis was emptied is not shared`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            let (hasRead, mayReturn) = (Latch(1), Latch(1))
            let reading = Task {
                try await node.value(for: plans) { () -> [String]? in
                    hasRead.arrive()
                    await mayReturn.wait()
                    return ["old"]
                }
            }
            await hasRead.wait()
            try await cluster.server.ask("FLUSHALL")
            mayReturn.arrive()
            _ = try await reading.value
            try await eventually { node.numbers(of: .plans).rejected == 1 }
            #expect(try await node.peek(plans) == nil)
        }
    }

    @Test func `a node that starts does not believe what an earlier one left`() async throws {
        try await CacheCluster.run(nodes: 1) { cluster in
            _ = try await cluster.nodes[0].value(for: plans) { ["old"] }
            try await eventually { try await cluster.nodes[0].peek(plans) != nil }
            let client = try cluster.server.client()
            let restarted = Cache(redis: client, logger: .init(label: "tests"))
            #expect(try await restarted.value(for: plans) { ["new"] } == ["new"])
            await client.close()
        }
    }
}
