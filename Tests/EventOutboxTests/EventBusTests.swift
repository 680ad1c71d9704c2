import EventDelivery
import Events
import Testing

@Suite(.timeLimit(.minutes(1))) struct EventBusTests {
    private func bus(_ positions: ClosedRange<Int>, capacity: Int = 100) async -> EventBus {
        let bus = EventBus(listeners: [], capacity: capacity)
        await bus.append(positions.map { .placed($0) })
        return bus
    }

    @Test func `readers get what follows on their position, up to their limit`() async {
        let bus = await bus(1...10)
        #expect(await bus.events(after: 3, limit: 2)?.map(\.position) == [4, 5])
        #expect(await bus.events(after: 8, limit: .max)?.map(\.position) == [9, 10])
        #expect(await bus.events(after: 10, limit: 5)?.isEmpty == true)
        #expect(await bus.events(after: 12, limit: 5)?.isEmpty == true)
    }

    @Test func `who is too far behind is told so`() async {
        let bus = await bus(1...10, capacity: 4)
        #expect(await bus.events(after: 5, limit: 5) == nil)
        #expect(await bus.events(after: 6, limit: 5)?.map(\.position) == [7, 8, 9, 10])
    }

    @Test func `what came already is skipped`() async {
        let bus = await bus(1...5)
        await bus.append((3...6).map { .placed($0) })
        #expect(await bus.head == 6)
        #expect(await bus.events(after: 0, limit: .max)?.map(\.position) == [1, 2, 3, 4, 5, 6])
    }

    @Test func `a gap empties the memory instead of hiding itself`() async {
        let bus = await bus(1...5)
        await bus.append([.placed(8)])
        #expect(await bus.events(after: 4, limit: .max) == nil)
        #expect(await bus.events(after: 7, limit: .max)?.map(\.position) == [8])
    }

    @Test func `after a reset older events are read elsewhere`() async {
        let bus = await bus(1...5)
        await bus.reset(to: 9)
        #expect(await bus.events(after: 5, limit: .max) == nil)
        #expect(await bus.events(after: 9, limit: .max)?.isEmpty == true)
    }

    @Test func `a reader waits until there is more`() async {
        let bus = await bus(1...5)
        async let waiting: Void = bus.wait(after: 5)
        await bus.append([.placed(6)])
        await waiting
        await bus.wait(after: 5)
        #expect(await bus.head == 6)
    }

    @Test func `many readers at different positions are all woken`() async {
        let bus = EventBus(listeners: [])
        await withDiscardingTaskGroup { group in
            for position in 0..<50 { group.addTask { await bus.wait(after: position) } }
            for position in 1...50 { await bus.append([.placed(position)]) }
        }
        #expect(await bus.head == 50)
    }

    @Test func `a cancelled reader stops waiting`() async {
        let bus = EventBus(listeners: [])
        let before = Task { await bus.wait(after: 0) }
        before.cancel()
        await before.value
        let after = Task {
            await withTaskCancellationHandler {
                await bus.wait(after: 0)
            } onCancel: {
            }
        }
        await Task.yield()
        after.cancel()
        await after.value
    }
}
