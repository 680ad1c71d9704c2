import Testing

@testable import Cache

@Suite struct GroupStateTests {
    private let key = CacheGroup.plans.key()
    private let now = ContinuousClock.now

    @Test func `the first reader loads, the next wait, and later ones find it in memory`() throws {
        var state = GroupState(memory: 1 << 20)
        let flight = try lead(&state)
        #expect(joins(&state) === flight)
        let isKept = state.land(flight, 1, bytes: 8, for: key, until: now + .seconds(1))
        #expect(isKept)
        #expect(found(&state) == 1)
        #expect(state.numbers.joined == 1)
        #expect(state.numbers.memoryHits == 1)
    }

    @Test func `what a load brings after an invalidation is not kept, and nobody joins it any longer`() throws {
        var state = GroupState(memory: 1 << 20)
        let slow = try lead(&state)
        state.void(key)
        let fresh = try lead(&state)
        #expect(fresh !== slow)
        let slowIsKept = state.land(slow, 1, bytes: 8, for: key, until: now + .seconds(1))
        #expect(!slowIsKept)
        // The newer load goes on as if the older had never been.
        #expect(joins(&state) === fresh)
        let freshIsKept = state.land(fresh, 2, bytes: 8, for: key, until: now + .seconds(1))
        #expect(freshIsKept)
        #expect(found(&state) == 2)
        #expect(state.numbers.rejected == 1)
    }

    @Test func `an invalidation of one key leaves the others`() throws {
        var state = GroupState(memory: 1 << 20)
        let other = CacheGroup.plans.key("other")
        for key in [key, other] {
            let flight = try lead(&state, to: key)
            _ = state.land(flight, 1, bytes: 8, for: key, until: now + .seconds(1))
        }
        state.void(other)
        #expect(found(&state) == 1)
        state.voidAll()
        #expect(found(&state) == nil)
    }

    @Test func `every invalidation changes the version, and nothing else does`() throws {
        var state = GroupState(memory: 1 << 20)
        let first = state.version
        let flight = try lead(&state)
        _ = state.land(flight, 1, bytes: 8, for: key, until: now + .seconds(1))
        #expect(found(&state) == 1)
        #expect(state.version == first)
        state.void(key)
        let second = state.version
        #expect(second > first)
        state.voidAll()
        #expect(state.version > second)
    }

    @Test func `a load that failed leaves nothing behind`() throws {
        var state = GroupState(memory: 1 << 20)
        let flight = try lead(&state)
        let wasOn = state.end(flight, for: key)
        #expect(wasOn)
        _ = try lead(&state)
    }

    private func lead(_ state: inout GroupState, to other: CacheKey? = nil) throws -> Flight {
        guard case .lead(let flight) = state.read(other ?? key, now: now) else { throw Unexpected() }
        return flight
    }

    private func joins(_ state: inout GroupState) -> Flight? {
        if case .join(let flight) = state.read(key, now: now) { flight } else { nil }
    }

    private func found(_ state: inout GroupState) -> Int? {
        if case .found(let value) = state.read(key, now: now) { value as? Int } else { nil }
    }

    private struct Unexpected: Error {}
}
