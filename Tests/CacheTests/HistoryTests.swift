import Cache
import Redis
import Synchronization
import TestSupport
import Testing

/// Eight clients on two nodes read and write one key while Redis is killed, stalled and emptied at random.
@Suite(.timeLimit(.minutes(5)))
struct HistoryTests {
    private let key = CacheGroup.balance.key("user")

    @Test func `no read returns what is older than an invalidation that was over before it began`() async throws {
        try await CacheCluster.run(
            redis: { configuration in
                configuration.connectTimeout = .milliseconds(100)
                configuration.silenceTimeout = .milliseconds(100)
            },
            cache: { configuration in
                configuration.sharedTimeout = .milliseconds(20)
                configuration.voidTimeout = .milliseconds(20)
            }
        ) { cluster in
            let history = History(cluster, key)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let isOver = Latch(1)
                for client in 0..<8 {
                    group.addTask {
                        while !isOver.isOpen { try await history.step(on: client % 2) }
                    }
                }
                defer { isOver.arrive() }
                try await disturb(cluster.server, history)
            }
            try await history.settle()
            #expect(history.stale == [])
            // It was about something: every way to answer was used.
            let numbers = cluster.nodes.map { $0.numbers(of: .balance) }
            #expect(numbers.allSatisfy { $0.memoryHits > 0 && $0.loads > 0 && $0.sharedFailures > 0 })
            #expect(numbers.contains { $0.sharedHits > 0 })
            #expect(numbers.contains { $0.rejected > 0 })
        }
    }

    private enum Trouble: CaseIterable {
        case death, stall, loss, pause
    }

    /// One trouble after the other, each followed by a moment of peace. Moments are measured in what the clients do.
    private func disturb(_ server: PrivateRedis, _ history: History) async throws {
        for trouble in (0..<8).flatMap({ _ in Trouble.allCases }).shuffled() {
            switch trouble {
            case .death:
                try await server.kill()
                try await history.pass(steps: 200)
                try await server.start()
            case .stall:
                try server.freeze()
                try await history.pass(steps: Int.random(in: 1...500))
                try server.thaw()
            case .loss: try await server.ask("FLUSHALL")
            case .pause: try await server.ask("CLIENT", "PAUSE", "60", "ALL")
            }
            try await history.pass(steps: 200)
        }
    }
}

/// What was written, what each node's invalidations cover, and the reads that broke the promise.
private final class History: Sendable {
    private let nodes: [Cache]
    private let key: CacheKey
    /// The source of truth: a number that every write raises.
    private let source = Mutex(0)
    /// For each node, the newest write whose invalidation is over there.
    private let floors = Mutex([0, 0])
    private let broken = Mutex<[String]>([])
    private let steps = Counter()

    init(_ cluster: CacheCluster, _ key: CacheKey) {
        nodes = cluster.nodes
        self.key = key
    }

    var stale: [String] { broken.withLock { $0 } }

    /// Waits while the clients do so much.
    func pass(steps count: Int) async throws {
        let end = steps.count + count
        try await eventually { steps.count >= end }
    }

    /// A read, or now and then a write.
    func step(on node: Int) async throws {
        steps.add()
        if Int.random(in: 0..<20) == 0 { await write(on: node) } else { try await read(on: node) }
    }

    private func write(on node: Int) async {
        let version = source.withLock { source in
            source += 1
            return source
        }
        invalidate(version, on: node)
        // The other node hears of it a little later.
        for _ in 0..<Int.random(in: 0...50) { await Task.yield() }
        invalidate(version, on: 1 - node)
    }

    private func invalidate(_ version: Int, on node: Int) {
        nodes[node].invalidate([key])
        floors.withLock { $0[node] = max($0[node], version) }
    }

    private func read(on node: Int) async throws {
        // Memory alone would answer nearly all of them.
        if Int.random(in: 0..<8) == 0 { nodes[node].forgetMemory() }
        let floor = floors.withLock { $0[node] }
        let value = try await nodes[node].value(for: key) { [self] in
            let version = source.withLock { $0 }
            // The slower a load, the older what it brings.
            for _ in 0..<Int.random(in: 0...200) { await Task.yield() }
            return version
        }
        guard let value, value >= floor else {
            return broken.withLock { $0.append("node \(node) read \(value ?? -1) after \(floor)") }
        }
    }

    /// Without trouble, both nodes show the last write.
    func settle() async throws {
        let last = source.withLock { $0 }
        for node in nodes.indices {
            invalidate(last, on: node)
            try await read(on: node)
        }
    }
}
