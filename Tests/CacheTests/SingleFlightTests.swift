import Cache
import Logging
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2)))
struct SingleFlightTests {
    private let cache = Cache(redis: nil, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    private let key = CacheGroup.plans.key()

    @Test func `a thousand readers at once make one load, with Redis`() async throws {
        try await withRedis { _, redis in
            let cache = Cache(redis: redis, logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
            try await stampede(cache)
        }
    }

    @Test func `a thousand readers at once make one load, without Redis`() async throws {
        try await stampede(cache)
    }

    private func stampede(_ cache: Cache) async throws {
        let loads = Counter()
        let gate = Latch(1)
        try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<1000 {
                group.addTask {
                    try await cache.value(for: key) {
                        loads.add()
                        await gate.wait()
                        return 42
                    }
                }
            }
            try await eventually { cache.numbers.first?.numbers.joined == 999 }
            gate.arrive()
            for try await value in group { #expect(value == 42) }
        }
        #expect(loads.count == 1)
        #expect(cache.numbers.first?.numbers.loads == 1)
    }

    @Test func `one reader who is cancelled leaves the others their load`() async throws {
        let gate = Latch(1)
        let load: @Sendable () async throws -> Int? = {
            await gate.waitRegardless()
            return 1
        }
        let first = Task { try await cache.value(for: key, load: load) }
        try await eventually { !cache.numbers.isEmpty }
        let second = Task { try await cache.value(for: key, load: load) }
        try await eventually { cache.numbers.first?.numbers.joined == 1 }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        gate.arrive()
        #expect(try await second.value == 1)
    }

    @Test func `a load that nobody waits for any longer is cancelled, and the next reader begins another`() async throws
    {
        let isLoading = Latch(1)
        let wasCancelled = Latch(1)
        let first = Task {
            try await cache.value(for: key) { () -> Int? in
                isLoading.arrive()
                // Ends by cancellation only.
                await Latch(1).wait()
                wasCancelled.arrive()
                try Task.checkCancellation()
                return 1
            }
        }
        await isLoading.wait()
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        await wasCancelled.wait()
        #expect(try await cache.value(for: key) { 2 } == 2)
    }

    @Test func `a failure reaches all who wait, and the next reader tries again`() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { try await cache.value(for: key) { () -> Int? in throw Broken() } }
        #expect(try await cache.value(for: key) { 1 } == 1)
        let numbers = try #require(cache.numbers.first?.numbers)
        #expect(numbers.failures == 1)
        #expect(numbers.loads == 1)
    }

    @Test func `absence is remembered`() async throws {
        let loads = Counter()
        for _ in 1...3 {
            let value = try await cache.value(for: key) { () -> Int? in
                loads.add()
                return nil
            }
            #expect(value == nil)
        }
        #expect(loads.count == 1)
    }
}
