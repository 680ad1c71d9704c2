import EventFaults
import Testing

/// Each property finds its own kind of fault and no other.
@Suite struct PropertyTests {
    private func marks(_ numbers: Int...) -> [Mark] { numbers.map { Mark(thing: "a", number: $0) } }

    private func broken(_ change: (inout Evidence) -> Void) -> [String] {
        var evidence = Evidence()
        evidence.changes = ["a": 4]
        evidence.seen = ["witness": marks(1, 2, 3, 4)]
        evidence.log = marks(1, 2, 3, 4)
        evidence.positions = (given: 4, used: 4)
        change(&evidence)
        return Property.all.filter { !$0.violations(in: evidence).isEmpty }.map(\.name)
    }

    @Test func `what is right is right`() {
        #expect(broken { _ in } == [])
    }

    @Test func `every kind of fault is seen`() {
        #expect(broken { $0.seen["witness"] = marks(1, 3, 4) } == ["no event is lost"])
        #expect(broken { $0.seen["witness"] = marks(1, 2, 3, 4, 9) } == ["no event is invented"])
        #expect(broken { $0.seen["witness"] = marks(1, 2, 3, 4, 4) } == ["no effect is doubled"])
        #expect(broken { $0.seen["witness"] = marks(1, 2, 4, 3) } == ["no key is inverted"])
        #expect(broken { $0.log = marks(2, 1, 3, 4) } == ["no key is inverted"])
        #expect(broken { $0.log = marks(1, 2, 2, 3, 4) } == ["the log holds each event once"])
        #expect(broken { $0.positions.given = 5 } == ["positions are dense"])
        #expect(broken { $0.stepsBack = ["x"] } == ["cursors go forward"])
        #expect(broken { $0.remains = ["x"] } == ["nothing is left over"])
    }

    @Test func `a listener that has seen nothing has lost everything`() {
        #expect(broken { $0.seen["other"] = [] } == ["no event is lost"])
    }
}
