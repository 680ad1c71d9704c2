import Testing

@testable import Postgres

struct ReplicaStateTests {
    private let start = ContinuousClock.now
    private var state = ReplicaState(bound: .seconds(5))

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }
    private func position(_ offset: UInt64) -> WALPosition { WALPosition(offset) }

    @Test mutating func `nothing is known at first, so nobody reads there`() {
        #expect(!state.admits(.bound, now: start))
        state.sampled(position(100), at: at(0))
        #expect(!state.admits(.bound, now: at(0)))
        #expect(!state.status(now: at(0)).isUsed)
    }

    @Test mutating func `what it shows is as old as the newest sample that it has reached`() {
        state.sampled(position(100), at: at(0))
        state.reached(position(100))
        #expect(state.status(now: at(1)) == .following(.seconds(1)))
        state.sampled(position(200), at: at(2))
        state.reached(position(150))
        #expect(state.status(now: at(3)) == .following(.seconds(3)))
        #expect(state.admits(.bound, now: at(5)))
        #expect(!state.admits(.bound, now: at(5.1)))
        #expect(state.status(now: at(5.1)) == .lagging)
        state.reached(position(200))
        #expect(state.status(now: at(6)) == .following(.seconds(4)))
    }

    @Test mutating func `an idle primary makes nothing look old`() {
        state.reached(position(100))
        for second in 0..<1000 {
            state.sampled(position(100), at: at(Double(second)))
            #expect(state.status(now: at(Double(second))) == .following(.zero))
        }
    }

    @Test mutating func `one that never catches up is given up, and samples do not pile up`() {
        state.sampled(position(100), at: at(0))
        state.reached(position(100))
        for second in 1..<1000 {
            state.sampled(position(100 + UInt64(second)), at: at(Double(second)))
            state.reached(position(100))
            #expect(state.admits(.bound, now: at(Double(second))) == (second <= 5))
        }
        state.reached(position(2_000))
        #expect(state.status(now: at(999)) == .following(.zero))
    }

    @Test mutating func `one that is away or unfit is not used until it answers well again`() {
        state.sampled(position(100), at: at(0))
        state.reached(position(100))
        state.wentAway("gone")
        #expect(!state.admits(.bound, now: at(0)))
        #expect(state.status(now: at(0)) == .away("gone"))
        state.isUnfit("no standby")
        #expect(state.status(now: at(0)) == .unfit("no standby"))
        state.reached(position(100))
        #expect(state.admits(.bound, now: at(0)))
    }

    @Test mutating func `a floor keeps reads away until it is replayed`() {
        state.sampled(position(100), at: at(0))
        state.reached(position(120))
        #expect(state.admits(.replayed(position(120)), now: at(0)))
        #expect(!state.admits(.replayed(position(121)), now: at(0)))
        #expect(!state.admits(.primary, now: at(0)))
    }
}
