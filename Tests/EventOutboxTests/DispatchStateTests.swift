import EventDelivery
import Events
import Testing

@testable import EventOutbox

@Suite struct DispatchStateTests {
    private let first = Lane(listener: "tests.write", index: 0, count: 1)

    private func state(_ listeners: Listener..., position: Int = 0) -> DispatchState {
        DispatchState(
            listeners.flatMap { listener in
                (0..<listener.lanes).map {
                    (listener, Lane(listener: listener.name, index: $0, count: listener.lanes), position)
                }
            }
        )
    }

    /// A state whose only lane has run once and found nothing.
    private func settled(at position: Int = 0) -> DispatchState {
        var state = state(writer(lanes: 1), position: position)
        state.wakeAll()
        _ = state.next()
        state.finished(first, .moved(to: position, handled: 0, more: false))
        return state
    }

    @Test func `an event wakes the lane that holds its key and hears its name`() {
        var state = state(writer(lanes: 8))
        state.arrived([.placed(1), .placed(2, "tests.pong", key: "subject:b")])
        #expect(state.next()?.lanes.first?.index == 64 % 8)
        #expect(state.next() == nil)
    }

    @Test func `a listener of everything is woken by any name`() {
        var state = state(Listener.transactional("tests.all", lanes: 1) { Reaction.onAll { _, _ in } })
        state.arrived([.placed(1, "tests.unknown")])
        #expect(state.next()?.lanes.first?.listener == "tests.all")
    }

    @Test func `a lane runs in one place at a time, and again if it was woken meanwhile`() {
        var state = settled()
        state.arrived([.placed(1)])
        #expect(state.next() != nil)
        state.arrived([.placed(2)])
        #expect(state.next() == nil)
        state.finished(first, .moved(to: 1, handled: 1, more: false))
        #expect(state.next() != nil)
        state.finished(first, .moved(to: 2, handled: 1, more: false))
        #expect(state.isIdle)
    }

    @Test func `a lane with more to do goes to the back of the queue`() {
        var state = state(writer("tests.one", lanes: 1), writer("tests.two", lanes: 1))
        state.wakeAll()
        let one = state.next()?.lanes.first
        state.finished(Lane(listener: "tests.one", index: 0, count: 1), .moved(to: 5, handled: 5, more: true))
        #expect(one?.listener == "tests.one")
        #expect(state.next()?.lanes.first?.listener == "tests.two")
        #expect(state.next()?.lanes.first?.listener == "tests.one")
    }

    @Test func `a cursor is moved up past what its lane does not hear`() {
        var state = settled()
        state.arrived([.placed(1, "tests.pong"), .placed(2, "tests.pong")])
        #expect(state.idleCursors == [CursorMove(lane: first, hears: "tests.ping", from: 0, to: 2)])
        state.moved([first], of: state.idleCursors)
        #expect(state.idleCursors.isEmpty)
    }

    @Test func `what comes by during a run, for others, is behind the lane when the run ends`() async throws {
        var state = settled()
        state.arrived([.placed(1)])
        _ = state.next()
        state.arrived([.placed(2, "tests.pong"), .placed(3, "tests.pong")])
        state.finished(first, .moved(to: 1, handled: 1, more: false))
        #expect(state.idleCursors == [CursorMove(lane: first, hears: "tests.ping", from: 1, to: 3)])
    }

    @Test func `what comes by during a run and is the lane's own is not behind it`() async throws {
        var state = settled()
        state.arrived([.placed(1)])
        _ = state.next()
        state.arrived([.placed(2, "tests.pong")])
        state.arrived([.placed(3), .placed(4, "tests.pong")])
        state.finished(first, .moved(to: 1, handled: 1, more: false))
        #expect(state.idleCursors.isEmpty)
        _ = state.next()
        state.finished(first, .moved(to: 4, handled: 1, more: false))
        #expect(state.idleCursors.isEmpty && state.isIdle)
    }

    @Test func `a cursor with something to do is not moved up`() {
        var state = settled()
        state.arrived([.placed(1), .placed(2, "tests.pong")])
        #expect(state.idleCursors.isEmpty)
        _ = state.next()
        state.arrived([.placed(3, "tests.pong")])
        #expect(state.idleCursors.isEmpty)
    }

    @Test(arguments: [LaneOutcome.busy, .paused, .superseded, .failed])
    func `after a run that did not happen the cursor stays until one does`(outcome: LaneOutcome) {
        var state = settled()
        state.arrived([.placed(1)])
        _ = state.next()
        state.finished(first, outcome)
        state.arrived([.placed(2, "tests.pong")])
        #expect(state.idleCursors.isEmpty)
        state.wakeBehind()
        #expect(state.next()?.lanes == [first])
    }

    @Test func `a cursor that another node has moved is looked up by a run`() {
        var state = settled()
        state.arrived([.placed(1, "tests.pong")])
        state.moved([], of: state.idleCursors)
        #expect(state.idleCursors.isEmpty)
        state.wakeBehind()
        #expect(state.next()?.lanes == [first])
        state.finished(first, .moved(to: 7, handled: 0, more: false))
        state.arrived([.placed(8, "tests.pong")])
        #expect(state.idleCursors.first?.from == 7)
    }

    @Test func `a lane that has never run is not moved up`() {
        var state = state(writer(lanes: 1))
        state.arrived([.placed(1, "tests.pong")])
        #expect(state.idleCursors.isEmpty)
    }

    @Test func `waking twice runs once`() {
        var state = state(writer(lanes: 1))
        state.wakeAll()
        state.wake([first])
        state.wakeBehind()
        #expect(state.next() != nil)
        #expect(state.next() == nil)
    }
}
