import Testing

@testable import Cache

@Suite struct MemoryTierTests {
    private let now = ContinuousClock.now
    private func key(_ number: Int) -> CacheKey { CacheGroup.kid.key("\(number)") }

    @Test func `memory stays within its bound, whatever comes`() {
        var memory = MemoryTier(bound: 100_000)
        for number in 0..<10_000 {
            memory.keep(number, bytes: number % 3000, for: key(number), until: now + .seconds(60))
            #expect(memory.bytes <= 100_000)
        }
        #expect(memory.count > 10)
    }

    @Test func `what is read stays, what is not goes`() {
        var memory = MemoryTier(bound: 100_000)
        memory.keep("hot", bytes: 100, for: key(-1), until: now + .seconds(60))
        memory.keep("cold", bytes: 100, for: key(-2), until: now + .seconds(60))
        for number in 0..<1000 {
            memory.keep(number, bytes: 1000, for: key(number), until: now + .seconds(60))
            #expect(memory.find(key(-1), now: now) as? String == "hot")
        }
        let cold = memory.find(key(-2), now: now)
        #expect(cold == nil)
    }

    @Test func `bytes are counted once, also when a value is replaced, moved or removed`() {
        var memory = MemoryTier(bound: 10_000)
        for round in 0..<1000 {
            memory.keep(round, bytes: 500 + round % 700, for: key(round % 7), until: now + .seconds(60))
            _ = memory.find(key(round % 5), now: now)
            if round.isMultiple(of: 3) { memory.remove(key(round % 4)) }
        }
        for number in 0..<7 { memory.remove(key(number)) }
        #expect(memory.bytes == 0)
        #expect(memory.count == 0)
    }

    @Test func `a value too large for the group is not kept`() {
        var memory = MemoryTier(bound: 10_000)
        memory.keep("small", bytes: 10, for: key(1), until: now + .seconds(60))
        memory.keep("large", bytes: 6000, for: key(2), until: now + .seconds(60))
        let large = memory.find(key(2), now: now)
        #expect(large == nil)
        #expect(memory.find(key(1), now: now) as? String == "small")
    }

    @Test func `what has expired is not found, and absence is known until it expires`() {
        var memory = MemoryTier(bound: 10_000)
        memory.keep(nil, bytes: 0, for: key(1), until: now + .seconds(60))
        let known = memory.find(key(1), now: now)
        #expect(known != nil)
        let expired = memory.find(key(1), now: now + .seconds(60))
        #expect(expired == nil)
        #expect(memory.count == 0)
    }
}
