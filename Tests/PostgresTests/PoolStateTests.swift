import Testing

@testable import Postgres

struct PoolStateTests {
    private final class Socket: Sendable {}
    private typealias State = PoolState<Socket>
    private let start = ContinuousClock.now

    @Test func `The first caller waits for a connection that is opened for him`() {
        var state = State(maximum: 2, waitingMaximum: 10)
        guard case .wait(open: true) = state.acquire(ticket: 1) else { return record() }
        #expect(state.numbers == PoolNumbers(opening: 1, waiting: 1, maximum: 2))
        let socket = Socket()
        guard case .give(let given, ticket: 1) = state.opened(socket, now: start) else { return record() }
        #expect(given === socket)
        #expect(state.numbers == PoolNumbers(used: 1, maximum: 2))
    }

    @Test func `Beyond the maximum nothing is opened`() {
        var state = State(maximum: 1, waitingMaximum: 10)
        guard case .wait(open: true) = state.acquire(ticket: 1) else { return record() }
        guard case .wait(open: false) = state.acquire(ticket: 2) else { return record() }
        guard case .give(let socket, ticket: 1) = state.opened(Socket(), now: start) else { return record() }
        guard case .give(_, ticket: 2) = state.release(socket, now: start) else { return record() }
        #expect(state.numbers == PoolNumbers(used: 1, maximum: 1))
    }

    @Test func `The line is served in order, without those who left`() {
        var state = State(maximum: 1, waitingMaximum: 10)
        for ticket in 1...3 { _ = state.acquire(ticket: ticket) }
        state.abandon(1)
        state.abandon(99)
        guard case .give(let socket, ticket: 2) = state.opened(Socket(), now: start) else { return record() }
        guard case .give(_, ticket: 3) = state.release(socket, now: start) else { return record() }
    }

    @Test func `A line that is full refuses`() {
        var state = State(maximum: 1, waitingMaximum: 2)
        _ = state.acquire(ticket: 1)
        _ = state.acquire(ticket: 2)
        guard case .refuse = state.acquire(ticket: 3) else { return record() }
    }

    @Test func `The connection used last is handed out first`() {
        var state = State(maximum: 2, waitingMaximum: 10)
        let sockets = [Socket(), Socket()]
        for (ticket, socket) in sockets.enumerated() {
            _ = state.acquire(ticket: ticket)
            _ = state.opened(socket, now: start)
        }
        for socket in sockets { _ = state.release(socket, now: start) }
        guard case .take(let socket) = state.acquire(ticket: 9) else { return record() }
        #expect(socket === sockets[1])
    }

    @Test func `Idle ones expire, oldest first, down to the minimum`() {
        var state = State(maximum: 4, waitingMaximum: 10)
        let sockets = [Socket(), Socket(), Socket()]
        for (age, socket) in sockets.enumerated() {
            _ = state.open()
            _ = state.opened(socket, now: start + .seconds(age))
        }
        #expect(state.expire(before: start, keeping: 0).isEmpty)
        #expect(
            state.expire(before: start + .seconds(10), keeping: 2).map(ObjectIdentifier.init) == [
                ObjectIdentifier(sockets[0])
            ]
        )
        #expect(state.numbers.idle == 2)
    }

    @Test func `A failed attempt is repeated only while somebody waits`() {
        var state = State(maximum: 2, waitingMaximum: 10)
        _ = state.acquire(ticket: 1)
        guard case .open = state.openFailed() else { return record() }
        state.abandon(1)
        guard case .none = state.openFailed() else { return record() }
        #expect(state.numbers == PoolNumbers(maximum: 2))
    }

    @Test func `A broken connection makes room for another`() {
        var state = State(maximum: 1, waitingMaximum: 10)
        _ = state.acquire(ticket: 1)
        _ = state.opened(Socket(), now: start)
        _ = state.acquire(ticket: 2)
        guard case .open = state.discard() else { return record() }
        guard case .give(_, ticket: 2) = state.opened(Socket(), now: start) else { return record() }
    }

    @Test func `An idle connection that breaks is forgotten`() {
        var state = State(maximum: 1, waitingMaximum: 10)
        let socket = Socket()
        _ = state.open()
        _ = state.opened(socket, now: start)
        guard case .none = state.lost(socket) else { return record() }
        #expect(state.numbers == PoolNumbers(maximum: 1))
        #expect(state.refill(to: 5) == 1)
    }

    @Test func `Once closed it refuses, and closes what comes back`() {
        var state = State(maximum: 2, waitingMaximum: 10)
        let (used, idle) = (Socket(), Socket())
        _ = state.acquire(ticket: 1)
        _ = state.opened(used, now: start)
        _ = state.open()
        _ = state.opened(idle, now: start)
        #expect(state.close().map(ObjectIdentifier.init) == [ObjectIdentifier(idle)])
        guard case .refuse = state.acquire(ticket: 2) else { return record() }
        guard case .close(let socket) = state.release(used, now: start) else { return record() }
        #expect(socket === used)
        #expect(state.refill(to: 2) == 0)
    }

    private func record(_ sourceLocation: SourceLocation = #_sourceLocation) {
        Issue.record("the pool decided otherwise", sourceLocation: sourceLocation)
    }
}
