import Cache
import Logging
import TestSupport
import Testing

/// What operators do with the caches of all nodes.
@Suite(.timeLimit(.minutes(2)))
struct OperatingTests {
    private let plans = CacheGroup.plans.key()
    private let other = CacheGroup.categories.key()

    @Test func `keys that an operator voids are void in Redis and in every node's memory`() async throws {
        try await withNodes { cluster in
            for node in cluster.nodes {
                for key in [plans, other] { _ = try await node.value(for: key) { "old" } }
            }
            try await eventually { try await cluster.nodes[0].peek(plans) != nil }
            let operators = Cache(redis: cluster.clients[0], logger: silent)
            try await eventually { try await operators.invalidateEverywhere([plans]) == 2 }
            for node in cluster.nodes {
                try await eventually { try await node.value(for: plans) { "new" } == "new" }
                #expect(try await node.value(for: other) { "new" } == "old")
            }
        }
    }

    @Test func `everything can be void at once`() async throws {
        try await withNodes { cluster in
            for node in cluster.nodes { _ = try await node.value(for: plans) { "old" } }
            let operators = Cache(redis: cluster.clients[0], logger: silent)
            try await eventually { try await operators.invalidateAllEverywhere() == 2 }
            for node in cluster.nodes { try await eventually { try await node.value(for: plans) { "new" } == "new" } }
        }
    }

    @Test func `every node tells what it has done`() async throws {
        try await withNodes { cluster in
            for node in cluster.nodes { _ = try await node.value(for: plans) { "a plan" } }
            let operators = Cache(redis: cluster.clients[0], logger: silent)
            // Reports are forgotten a few tenths of a second later: those that were seen are looked at.
            var reports: [CacheReport] = []
            try await eventually {
                reports = try await operators.reports()
                return reports.map(\.node) == ["node-0", "node-1"]
                    && reports.allSatisfy { $0.groups["subscriptions:plans"]?.reads == 1 }
            }
            let sum = reports.compactMap { $0.groups["subscriptions:plans"] }.reduce(.init(), +)
            #expect(sum.reads == 2)
            #expect(sum.entries == 2)
            #expect(sum.hitRate == 0.5 || sum.hitRate == 0)
        }
    }

    @Test func `whoever changes something goes on when Redis has confirmed that the old value is gone`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            _ = try await node.value(for: plans) { "old" }
            try await eventually { try await node.peek(plans) != nil }
            await node.settling { node.invalidate([plans]) }
            #expect(try await cluster.server.ask("EXISTS", "storytime:cache:\(plans)")?.first == "0")
        }
    }

    @Test func `whoever changes nothing waits for no Redis`() async throws {
        try await CacheCluster.run { cluster in
            let node = cluster.nodes[0]
            try cluster.server.freeze()
            node.invalidate([plans])
            // With the limit of this suite's commands, thirty seconds, this would not end in time.
            let start = ContinuousClock.now
            await node.settling {}
            #expect(start.duration(to: .now) < .seconds(20))
            try cluster.server.thaw()
            await node.settle()
        }
    }

    @Test func `reads that have to see the truth go past the cache`() async throws {
        try await CacheCluster.run(nodes: 1) { cluster in
            let node = cluster.nodes[0]
            _ = try await node.value(for: plans) { "old" }
            #expect(try await Cache.bypassed { try await node.value(for: plans) { "new" } } == "new")
            #expect(try await node.value(for: plans) { "new" } == "old")
        }
    }

    private let silent = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

    private func withNodes(_ body: (CacheCluster) async throws -> Void) async throws {
        try await CacheCluster.run { cluster in
            let running = cluster.nodes.enumerated().map { number, cache in
                let node = CacheNode(cache, name: "node-\(number)", every: .milliseconds(100), logger: silent)
                return Task { try await node.run() }
            }
            defer { for task in running { task.cancel() } }
            try await body(cluster)
        }
    }
}
