import TestSupport
import Testing

@testable import Resilience

@Suite(.timeLimit(.minutes(1))) struct BulkheadTests {
    @Test func `some go, some wait in order, the next is refused`() {
        var state = BulkheadState(limit: 2, waitingLimit: 2)
        let entries = (1...5).map { state.enter($0) }
        #expect(entries == [.go, .go, .wait, .wait, .refuse])
        let left = [3, 1].map { state.abandon($0) }
        #expect(left == [true, false])
        let next = (1...3).map { _ in state.leave() }
        #expect(next == [4, nil, nil])
        #expect(state.running == 0)
    }

    @Test func `never more than the limit are under way, and all get their turn`() async throws {
        let bulkhead = Bulkhead("shop", limit: 3, waiting: 100)
        let most = Tally()
        try await withThrowingTaskGroup { tasks in
            for _ in 0..<60 {
                tasks.addTask {
                    try await bulkhead.call {
                        most.note(bulkhead.numbers.running)
                        await Task.yield()
                    }
                }
            }
            try await tasks.waitForAll()
        }
        #expect(most.values.count == 60 && most.values.allSatisfy { (1...3).contains($0) })
        #expect(bulkhead.numbers == Bulkhead.Numbers())
    }

    @Test func `who is refused is told so, and who leaves while waiting makes room`() async throws {
        let bulkhead = Bulkhead("shop", limit: 1, waiting: 1)
        let gate = Latch(1)
        let inside = Task { try await bulkhead.call { await gate.wait() } }
        try await eventually { bulkhead.numbers.running == 1 }
        let waiting = Task { try await bulkhead.call {} }
        try await eventually { bulkhead.numbers.waiting == 1 }
        await #expect(throws: BulkheadFull.self) { try await bulkhead.call {} }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        #expect(bulkhead.numbers == Bulkhead.Numbers(running: 1, waiting: 0, refused: 1))
        gate.arrive()
        try await inside.value
        #expect(bulkhead.numbers.running == 0)
    }
}
