import Testing

@testable import EventOutbox

/// What a node decides about the lease.
@Suite struct LeaseStateTests {
    private let start = ContinuousClock.now
    private let timing = LeaseTiming(length: .seconds(2), renewal: .milliseconds(500))

    private func state() -> LeaseState { LeaseState(timing, at: start) }
    private func leader() -> LeaseState {
        var state = state()
        state.saw(Lease(fence: 6, remaining: .zero), at: start)
        state.took(7, at: start)
        return state
    }

    @Test func `a node looks first, and takes what is free`() {
        var state = state()
        #expect(state.step(at: start) == .look)
        state.saw(Lease(fence: 6, remaining: .zero), at: start)
        #expect(state.step(at: start) == .take)
        state.took(7, at: start)
        #expect(state.role == .leading(fence: 7))
        #expect(state.fence == 7)
    }

    @Test func `a standby looks again as often as a leader renews, and when the lease is over`() {
        var state = state()
        state.saw(Lease(fence: 6, remaining: .milliseconds(1_800)), at: start)
        #expect(state.step(at: start) == nil)
        #expect(state.pause(at: start) == .milliseconds(500))
        #expect(state.step(at: start + .milliseconds(500)) == .look)
        state.saw(Lease(fence: 6, remaining: .milliseconds(40)), at: start)
        #expect(state.pause(at: start) == .milliseconds(40))
        #expect(state.fence == nil)
    }

    @Test func `whoever was slower looks again`() {
        var state = state()
        state.saw(Lease(fence: 6, remaining: .zero), at: start)
        state.took(nil, at: start)
        #expect(state.role == .standby)
        #expect(state.step(at: start) == nil)
        #expect(state.step(at: start + timing.renewal) == .look)
    }

    @Test func `a leader renews in time`() {
        var state = leader()
        #expect(state.step(at: start + .milliseconds(499)) == nil)
        #expect(state.step(at: start + .milliseconds(500)) == .renew(fence: 7))
        state.renewed(7, at: start + .milliseconds(500))
        #expect(state.step(at: start + .milliseconds(999)) == nil)
        #expect(state.step(at: start + .milliseconds(1_000)) == .renew(fence: 7))
    }

    @Test func `a leader whose renewal fails goes on, and tries again`() {
        var state = leader()
        state.failed(at: start + timing.renewal)
        #expect(state.fence == 7)
        #expect(state.step(at: start + timing.renewal * 2) == .renew(fence: 7))
    }

    @Test func `a refused leader is a standby at once`() {
        var state = leader()
        state.refused(7, at: start)
        #expect(state.role == .standby)
        #expect(state.step(at: start) == .look)
    }

    @Test func `a late refusal of an older fence changes nothing`() {
        var state = leader()
        state.refused(6, at: start)
        #expect(state.role == .leading(fence: 7))
        state.renewed(6, at: start + .seconds(60))
        #expect(state.step(at: start + timing.renewal) == .renew(fence: 7))
    }

    @Test func `a hint makes a standby look and a leader renew`() {
        var standby = state()
        standby.saw(Lease(fence: 6, remaining: .seconds(1)), at: start)
        standby.hint(at: start)
        #expect(standby.step(at: start) == .look)
        var leader = leader()
        leader.hint(at: start)
        #expect(leader.step(at: start) == .renew(fence: 7))
    }

    @Test func `a leader that stops places no more and gives the lease back`() {
        var state = leader()
        state.stop()
        #expect(state.fence == nil)
        #expect(state.step(at: start) == .release(fence: 7))
        state.released()
        #expect(state.role == .retired)
        #expect(state.step(at: start + .seconds(60)) == nil)
    }

    @Test func `a lease that cannot be given back is left to run out`() {
        var state = leader()
        state.stop()
        state.failed(at: start)
        #expect(state.role == .retired)
    }

    @Test func `a standby that stops takes nothing any more`() {
        var state = state()
        state.stop()
        state.saw(Lease(fence: 6, remaining: .zero), at: start)
        #expect(state.step(at: start) == nil)
    }

    @Test func `a lease that comes while the node stops is given back`() {
        var state = state()
        state.saw(Lease(fence: 6, remaining: .zero), at: start)
        state.stop()
        state.took(7, at: start)
        #expect(state.fence == nil)
        #expect(state.step(at: start) == .release(fence: 7))
    }
}
