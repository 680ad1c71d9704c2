import EventDelivery
import Events
import Testing

@testable import EventOutbox

@Suite struct LaneWidthTests {
    private let brief = Duration.milliseconds(4)

    @Test func `brief runs let more lanes go together, up to all that there are`() {
        var width = LaneWidth()
        var widths: [Int] = []
        for _ in 0..<6 {
            width.ran(min(width.lanes, 5), in: .milliseconds(1), brief: brief)
            widths.append(width.lanes)
        }
        #expect(widths == [2, 4, 8, 8, 8, 8])
    }

    @Test func `a run of fewer lanes than might have gone says nothing about more`() {
        var width = LaneWidth()
        width.ran(1, in: .milliseconds(1), brief: brief)
        width.ran(1, in: .milliseconds(1), brief: brief)
        #expect(width.lanes == 2)
    }

    @Test func `a long run halves what went, down to one`() {
        var width = LaneWidth()
        for _ in 0..<3 { width.ran(width.lanes, in: .zero, brief: brief) }
        width.ran(6, in: .milliseconds(5), brief: brief)
        #expect(width.lanes == 3)
        for _ in 0..<3 { width.ran(width.lanes, in: .milliseconds(5), brief: brief) }
        #expect(width.lanes == 1)
    }

    @Test func `with nothing to spare each lane goes alone`() {
        var width = LaneWidth()
        for _ in 0..<3 { width.ran(1, in: .zero, brief: .zero) }
        #expect(width.lanes == 1)
    }

    @Test func `lanes of one listener go together, those of another do not`() {
        let (one, two) = (writer("tests.one", lanes: 3), writer("tests.two", lanes: 1))
        var state = DispatchState(
            [one, two].flatMap { listener in
                (0..<listener.lanes).map {
                    (listener, Lane(listener: listener.name, index: $0, count: listener.lanes), 0)
                }
            }
        )
        state.wakeAll()
        #expect(state.next()?.lanes.map(\.index) == [0])
        state.ran(1, of: one, in: .zero)
        #expect(state.next()?.lanes.map(\.index) == [1, 2])
        #expect(state.next()?.lanes.map(\.listener) == ["tests.two"])
        #expect(state.next() == nil)
    }
}
