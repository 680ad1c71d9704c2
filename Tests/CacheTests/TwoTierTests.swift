import Cache
import Redis
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TwoTierTests {
    private let plans = CacheGroup.plans.key()

    @Test func `what one node loaded the others find in Redis`() async throws {
        try await CacheCluster.run { cluster in
            #expect(try await cluster.nodes[0].value(for: plans) { ["free", "gold"] } == ["free", "gold"])
            try await shared(by: cluster)
            #expect(try await cluster.nodes[1].value(for: plans, load: notNeeded) == ["free", "gold"])
            #expect(try await cluster.nodes[1].value(for: plans, load: notNeeded) == ["free", "gold"])
            let numbers = cluster.nodes[1].numbers(of: .plans)
            #expect(numbers.sharedHits == 1)
            #expect(numbers.memoryHits == 1)
            #expect(numbers.loads == 0)
        }
    }

    @Test func `absence is shared too, for a shorter time`() async throws {
        try await CacheCluster.run { cluster in
            let nothing = try await cluster.nodes[0].value(for: plans) { () -> [String]? in nil }
            #expect(nothing == nil)
            try await shared(by: cluster)
            #expect(try await cluster.nodes[1].value(for: plans, load: notNeeded) == nil)
            let lifetime = try await cluster.server.ask("PTTL", "storytime:cache:\(plans)")
            let milliseconds = try #require(lifetime.flatMap { Int($0.dropLast()) })
            #expect(1...30_000 ~= milliseconds)
        }
    }

    @Test func `a value lives as long as its group says, less a little at random`() async throws {
        try await CacheCluster.run { cluster in
            _ = try await cluster.nodes[0].value(for: plans) { ["free"] }
            try await shared(by: cluster)
            let lifetime = try await cluster.server.ask("PTTL", "storytime:cache:\(plans)")
            let milliseconds = try #require(lifetime.flatMap { Int($0.dropLast()) })
            #expect(3_000_000...3_600_000 ~= milliseconds)
        }
    }

    @Test func `an invalidation voids both tiers`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            _ = try await node.value(for: plans) { ["old"] }
            try await shared(by: cluster)
            node.invalidate([plans])
            await node.settle()
            #expect(try await node.peek(plans) == nil)
            #expect(try await node.value(for: plans) { ["new"] } == ["new"])
            #expect(node.numbers(of: .plans).voided == 1)
        }
    }

    @Test func `a slow load that another node's invalidation overtook is not shared`() async throws {
        try await CacheCluster.run { cluster in
            let (slow, writer) = (cluster.nodes[0], cluster.nodes[1])
            let (hasRead, mayReturn) = (Latch(1), Latch(1))
            let reading = Task {
                try await slow.value(for: plans) { () -> [String]? in
                    hasRead.arrive()
                    await mayReturn.wait()
                    return ["old"]
                }
            }
            await hasRead.wait()
            writer.invalidate([plans])
            await writer.settle()
            mayReturn.arrive()
            // It began before the invalidation, so it may be given the old value.
            #expect(try await reading.value == ["old"])
            try await eventually { slow.numbers(of: .plans).rejected == 1 }
            #expect(try await writer.value(for: plans) { ["new"] } == ["new"])
        }
    }

    @Test func `bytes that this build cannot read count as missing, and are replaced`() async throws {
        try await CacheCluster.run { cluster in
            _ = try await cluster.nodes[0].value(for: plans) { 42 }
            try await shared(by: cluster)
            #expect(try await cluster.nodes[1].value(for: plans) { ["free"] } == ["free"])
            cluster.nodes[1].forgetMemory()
            #expect(try await cluster.nodes[1].value(for: plans) { ["free"] } == ["free"])
            try await eventually { try await cluster.nodes[1].peek(plans)?.bytes == Array(#"["free"]"#.utf8) }
        }
    }

    /// The value is put into Redis after those who wait have been given it.
    private func shared(by cluster: CacheCluster) async throws {
        try await eventually { try await cluster.nodes[0].peek(plans) != nil }
    }

    @Sendable private func notNeeded() async throws -> [String]? {
        Issue.record("this was in Redis")
        return nil
    }
}
