import Synchronization
import TestSupport

/// One key on one node, as the checker needs it.
protocol KeyUnderTest: Sendable {
    func value(load: @escaping @Sendable () async throws -> Int?) async throws -> Int?
    func invalidate() async
    func forgetMemory()
}

/// What was written, what each node's invalidations cover, and the reads that broke the promise.
final class History: Sendable {
    private let nodes: [any KeyUnderTest]
    /// The source of truth: a number that every write raises.
    private let source = Mutex(0)
    /// For each node, the newest write whose invalidation is over there.
    private let floors = Mutex([0, 0])
    private let broken = Mutex<[String]>([])
    private let steps = Counter()

    init(_ nodes: [any KeyUnderTest]) { self.nodes = nodes }

    var stale: [String] { broken.withLock { $0 } }

    /// Lets clients work until the body is through.
    func run(clients: Int, during body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let isOver = Latch(1)
            for client in 0..<clients {
                group.addTask { [self] in
                    while !isOver.isOpen { try await step(on: client % 2) }
                }
            }
            defer { isOver.arrive() }
            try await body()
        }
    }

    /// Waits while the clients do so much.
    func pass(steps count: Int) async throws {
        let end = steps.count + count
        try await eventually { steps.count >= end }
    }

    /// A read, or now and then a write.
    private func step(on node: Int) async throws {
        steps.add()
        if Int.random(in: 0..<20) == 0 { await write(on: node) } else { try await read(on: node) }
    }

    private func write(on node: Int) async {
        let version = source.withLock { source in
            source += 1
            return source
        }
        await invalidate(version, on: node)
        // The other node hears of it a little later.
        for _ in 0..<Int.random(in: 0...50) { await Task.yield() }
        await invalidate(version, on: 1 - node)
    }

    private func invalidate(_ version: Int, on node: Int) async {
        await nodes[node].invalidate()
        floors.withLock { $0[node] = max($0[node], version) }
    }

    private func read(on node: Int) async throws {
        // Memory alone would answer nearly all of them.
        if Int.random(in: 0..<8) == 0 { nodes[node].forgetMemory() }
        let floor = floors.withLock { $0[node] }
        let value = try await nodes[node].value { [self] in
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
            await invalidate(last, on: node)
            try await read(on: node)
        }
    }
}
