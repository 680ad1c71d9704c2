import Testing

@testable import Redis

@Suite struct LinkStateTests {
    private let refused = RedisError(.connectFailed, "Connection refused")
    private let reset = RedisError(.connectionLost, "Connection reset by peer")

    @Test func `the first command opens and later ones wait with it`() {
        var link = LinkState()
        let beforeOpening = [link.admit(), link.admit()]
        #expect(beforeOpening == [.openAndWait, .wait])
        let isWanted = link.opened()
        let afterwards = link.admit()
        #expect(isWanted && afterwards == .send)
    }

    @Test func `after a failed attempt commands are refused until one succeeds`() {
        var link = LinkState()
        _ = link.admit()
        let wait = link.failed(refused)
        #expect(wait != nil)
        let whileDown = link.admit()
        #expect(whileDown == .refuse(link.down))
        #expect(link.down.code == .unavailable)
        #expect(link.down.message.contains("Connection refused"))
        _ = link.opened()
        let afterwards = link.admit()
        #expect(afterwards == .send)
    }

    @Test func `after a loss commands wait for the attempt that is made at once`() {
        var link = LinkState()
        _ = link.admit()
        _ = link.opened()
        let wait = link.lost(reset, hadAnswered: true)
        #expect(wait.map { $0 <= .milliseconds(50) } == true)
        let meanwhile = link.admit()
        #expect(meanwhile == .wait)
    }

    @Test func `a server that drops every connection before it answers counts as down`() {
        var link = LinkState()
        _ = link.admit()
        for _ in 1...3 {
            _ = link.opened()
            _ = link.lost(reset, hadAnswered: false)
        }
        #expect(link.phase == .broken)
    }

    @Test func `waits grow to two seconds, are never the same for all, and begin anew after an answer`() {
        var link = LinkState()
        let waits = (1...30).compactMap { _ in link.failed(refused) }
        #expect(waits.count == 30)
        #expect(waits[0] <= .milliseconds(50))
        #expect(waits.suffix(20).allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(2) })
        #expect(Set(waits.suffix(20)).count > 1)
        _ = link.opened()
        let afterLoss = link.lost(reset, hadAnswered: true)
        #expect(afterLoss.map { $0 <= .milliseconds(50) } == true)
    }

    @Test func `a closed link neither opens nor tries again`() {
        var link = LinkState()
        _ = link.admit()
        link.close()
        let isWanted = link.opened()
        #expect(!isWanted)
        let waits = [link.failed(refused), link.lost(reset, hadAnswered: true)]
        #expect(waits == [nil, nil])
        let admission = link.admit()
        #expect(admission == .refuse(LinkState.closed))
    }
}
